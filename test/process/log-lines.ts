/** What a program has logged, as an operator reads it. @module */

/** The messages of all JSON lines, in their order. */
export const messagesIn = (output: string): string[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).msg);
