#!/usr/bin/env node
/** Looks at what it stands on before it loads anything that needs it. @module */

// No static import: an old Node must get as far as the sentence below.
const { existsSync } = await import('node:fs');
const { setFlagsFromString } = await import('node:v8');

// Keeps V8's young generation at its first megabyte. Let it grow to sixteen, and the pieces of a
// body pile up outside of the heap until only a full collection frees them, many times a gigabyte.
setFlagsFromString('--semi-space-growth-factor=1');

const fault = findFault();
if (fault === undefined) {
  await import('../dist/main.js');
} else {
  console.error(`sallyport: ${fault}`);
  process.exitCode = 1;
}

/** One sentence that says what to do, or undefined. */
function findFault() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 24 || (major === 24 && minor < 15)) {
    return `this is Node ${process.versions.node}, and Sallyport needs 24.15 or newer: install it, or use "npm start" in a checkout, which brings its own.`;
  }
  if (!existsSync(new URL('../dist/main.js', import.meta.url))) {
    return 'the program has not been built: run "npm ci && npm run build" first.';
  }
  return undefined;
}
