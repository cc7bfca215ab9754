/** The program: the command line on the process's own streams. @module */
import { runCommandLine } from './cli/program.ts';
import { requireOutput } from './cli/required-output.ts';

requireOutput(process);

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
