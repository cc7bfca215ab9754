#!/usr/bin/env node
/** Looks at what it stands on before it loads anything that needs it. @module */

// No static import: an old Node must get as far as the sentence below.
const { existsSync } = await import('node:fs');

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
