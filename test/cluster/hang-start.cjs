/** Preloaded into workers: all but the first stand still as soon as they are told to start. */
const cluster = require('node:cluster');

if (cluster.isWorker && cluster.worker.id > 1) {
  process.once('message', () =>
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000),
  );
}
