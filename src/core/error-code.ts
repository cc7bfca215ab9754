/** The code that Node and its libraries hang onto their errors. @module */

/** E.g. `EACCES` or `ERR_SQLITE_ERROR`; undefined for whatever has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
