/**
 * `npm run bench`: what one process costs, see docs/performance.md. `npm run bench -- scale`:
 * what several of them and a big store cost, see docs/scaling.md.
 *
 * @module
 */
import { benchOneProcess } from './one-process.ts';
import { benchScale } from './scale/bench-scale.ts';

const isQuick = process.argv.includes('--quick');
await (process.argv.includes('scale') ? benchScale : benchOneProcess)({ isQuick });
