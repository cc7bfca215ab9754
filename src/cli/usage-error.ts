/** What is wrong with a command line, in the words of our other messages. @module */

/** The parser's own sentences, and what an operator reads instead. */
const SENTENCES: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^error: /, 'sallyport: '],
  [/command-argument value '(.*)' is invalid for argument '(.*?)'\. /, "'$1' does not fit $2. "],
  [/option '(?:-\w, )?(--.*?)' argument '(.*)' is invalid\. /, "'$2' does not fit $1. "],
  [/(too many arguments .*\.ya?ml\.)/, '$1 A configuration file is named with --config.'],
];

/** Says it without the parser's vocabulary; what it does not know stays as it is. */
export const wordUsageError = (text: string): string =>
  SENTENCES.reduce((sentence, [theirs, ours]) => sentence.replace(theirs, ours), text);
