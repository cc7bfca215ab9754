/** The mark: a gateway within a gateway, the inner door lit. @module */

/** Decoration: the name stands beside it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">
      <path class="mark-outer" d="M3 29V15a13 13 0 0 1 26 0v14h-5V15a8 8 0 0 0-16 0v14z" />
      <path class="mark-inner" d="M11 29V15a5 5 0 0 1 10 0v14z" />
    </svg>
  );
}

/** The same mark as a file, for the browser's tab. */
export const MARK_SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>.o{fill:#1b2430}.i{fill:#0b5c6b}@media(prefers-color-scheme:dark){.o{fill:#e8ecf1}.i{fill:#6fd0e0}}</style><path class="o" d="M3 29V15a13 13 0 0 1 26 0v14h-5V15a8 8 0 0 0-16 0v14z"/><path class="i" d="M11 29V15a5 5 0 0 1 10 0v14z"/></svg>
`;
