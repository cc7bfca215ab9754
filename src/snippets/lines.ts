/** Text in blocks, indented as each language likes it. @module */

/** Indents every line that holds something. */
export function indent(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}

/** Joins parts with an empty line between them; what is empty is left out. */
export function paragraphs(...parts: readonly string[]): string {
  return `${parts
    .map((part) => part.replace(/^\n+|\s+$/g, ''))
    .filter((part) => part !== '')
    .join('\n\n')}\n`;
}

/** Whole seconds, at least one, for gateways that count in them. */
export const wholeSec = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));
