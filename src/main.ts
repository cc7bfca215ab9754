/** The program: the command line on the process's own streams. @module */
import { runCommandLine } from './cli/program.ts';
import { surviveReader } from './telemetry/standard-output.ts';

surviveReader(process.stdout);

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
