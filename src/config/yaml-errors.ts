/** The YAML parser's complaints, in words that say what to do. @module */
import type { ErrorCode } from 'yaml';

/** What is wrong with the notation, and how it is put right. */
export interface YamlComplaint {
  readonly problem: string;
  readonly remedy: string;
}

const QUOTE = 'put the value in quotes';

// The parser's own messages quote the source, which may be a secret: only its codes are used.
const COMPLAINTS: Partial<Record<ErrorCode, YamlComplaint>> = {
  BAD_INDENT: {
    problem: 'the indentation does not fit, or a bracket is not closed',
    remedy: 'indent keys of one section equally, and close every [ and {',
  },
  BAD_SCALAR_START: { problem: 'a value starts with a reserved character', remedy: QUOTE },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a second ": " stands on this line, or the line below is indented too far',
    remedy: 'put the value in quotes, or indent keys of one section equally',
  },
  DUPLICATE_KEY: { problem: 'the key appears twice', remedy: 'keep one of them' },
  MISSING_CHAR: {
    problem: 'a quote, a bracket, a comma or a colon is missing here or above',
    remedy: 'complete the value',
  },
  MULTIPLE_DOCS: {
    problem: 'a second document starts here',
    remedy: 'keep one configuration in a file, and remove the --- or ... line',
  },
  NON_STRING_KEY: { problem: 'the key is not text', remedy: 'write a plain key' },
  TAB_AS_INDENT: { problem: 'the line is indented with a tab', remedy: 'use spaces' },
  TAG_RESOLVE_FAILED: { problem: 'the value starts with ! and so is a YAML tag', remedy: QUOTE },
};

const OTHER: YamlComplaint = {
  problem: 'this is not YAML that can be read',
  remedy: 'check quotes, colons and indentation here and on the line above',
};

/**
 * Explains a parser error.
 *
 * @param line  the source line it points at
 */
export function explainYamlError(code: ErrorCode, line: string): YamlComplaint {
  const { problem, remedy } = COMPLAINTS[code] ?? OTHER;
  // `[${A}, ${B}]` is the one mistake here that everybody makes.
  const [before = '', ...after] = line.split('${');
  const isInFlow = after.length > 0 && /[[{,]/.test(before);
  return isInFlow && code !== 'DUPLICATE_KEY'
    ? { problem, remedy: `within [ ] and { }, put \${…} in quotes` }
    : { problem, remedy };
}
