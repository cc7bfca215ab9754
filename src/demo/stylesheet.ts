/** The demonstration page's look: quiet, and like the sign-in pages. @module */

/** One stylesheet for light and dark, from 320 px up. */
export const demoStylesheet = `
:root { color-scheme: light dark; --ink: light-dark(#1b2430, #e8ecf1); --soft: light-dark(#566272, #a3aebc);
  --paper: light-dark(#f6f7f9, #12161c); --card: light-dark(#fff, #1a2029); --line: light-dark(#dde2e8, #2c3541);
  --accent: light-dark(#0b5c6b, #6fd0e0); --on-accent: light-dark(#fff, #06222a); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 4rem) 1.25rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 2.5rem; }
h1 { font-size: clamp(1.75rem, 5vw, 2.75rem); line-height: 1.1; letter-spacing: -.02em; margin: .25rem 0 1rem; }
h2 { font-size: 1.1rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0; }
header p { max-width: 42rem; margin: 0 0 .75rem; color: var(--soft); }
.eyebrow { color: var(--accent); font-weight: 600; }
a { color: var(--accent); }
header a { display: inline-flex; align-items: center; min-height: 2.75rem; }
dl { margin: 0; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); overflow: hidden; }
dl div { display: grid; grid-template-columns: minmax(9rem, 1fr) 3fr; gap: .25rem 1rem; padding: .6rem 1rem; }
dl div + div { border-top: 1px solid var(--line); }
dt { font-weight: 600; } dd { margin: 0; }
dt, dd { overflow-wrap: anywhere; font-size: .9rem; }
dd { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.tools { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); }
.tools > * { display: flex; flex-direction: column; gap: .75rem; align-items: start; padding: 1rem;
  border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
label { color: var(--soft); font-size: .9rem; max-width: 100%; } input { display: block; margin-top: .5rem; max-width: 100%; font: inherit; }
input::file-selector-button { min-height: 2.75rem; margin-right: .75rem; padding: 0 .9rem; border: 1px solid var(--line); border-radius: .5rem;
  font: inherit; background: var(--paper); color: var(--ink); cursor: pointer; }
button { min-height: 2.75rem; padding: 0 1.1rem; border: 1px solid transparent; border-radius: .5rem; font: inherit; font-weight: 600;
  background: var(--accent); color: var(--on-accent); cursor: pointer; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
output { color: var(--soft); font-size: .9rem; margin-top: auto; overflow-wrap: anywhere; }
@media (max-width: 34rem) { dl div { grid-template-columns: 1fr; } }
`;
