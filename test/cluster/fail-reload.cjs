/** Preloaded into workers: garbles what the primary sends them, while a file says so. */
const cluster = require('node:cluster');
const { existsSync } = require('node:fs');

if (cluster.isWorker) {
  const { emit } = process;
  process.emit = function garble(name, message, ...rest) {
    const isGarbled =
      name === 'message' &&
      message?.question === 'reload' &&
      existsSync(`fails-${cluster.worker.id}`);
    return emit.call(this, name, isGarbled ? { ...message, asked: null } : message, ...rest);
  };
}
