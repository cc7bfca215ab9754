/** Preloaded into workers: all but the first die as soon as they are told to start. */
const cluster = require('node:cluster');

if (cluster.isWorker && cluster.worker.id > 1) {
  process.once('message', () => process.exit(7));
}
