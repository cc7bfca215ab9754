/** `sallyport totp code` @module */
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { codeAt, stepAt, type TotpKey } from '../../accounts/totp.ts';
import { type Clock, systemClock } from '../../core/ports.ts';
import { addConfigOption, type ConfigOption, readConfiguration } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, printLine } from '../io.ts';
import { parseTotpKey } from './key.ts';

interface Options extends ConfigOption {
  readonly watch?: boolean;
  readonly json?: boolean;
}

/** Adds the command that does what a phone's app does. */
export function addTotpCode(totp: Command, io: Io): void {
  addConfigOption(totp.command('code'))
    .argument('<secret>', 'base32 secret or otpauth:// URI; - reads it from standard input')
    .description('print the current code')
    .option('-w, --watch', 'go on, and print each new code')
    .option('--json', 'print JSON documents, one a line')
    .action((secret: string, options: Options) => showCode(io, secret, options));
}

async function showCode(io: Io, secret: string, options: Options): Promise<void> {
  const { config } = readConfiguration(io, options);
  const key = parseTotpKey(secret === '-' ? await text(io.stdin) : secret, config.auth.totp);
  if (key === undefined) {
    throw new CommandError('That is neither a base32 secret nor an otpauth:// URI.', EXIT.usage);
  }
  const print = (code: CurrentCode) =>
    options.json
      ? printLine(io, JSON.stringify({ code: code.digits, seconds_left: code.secondsLeft }))
      : printLine(io, code.digits);
  if (options.watch !== true) return print(currentCode(key, systemClock));
  await watchCodes(key, systemClock, print);
  throw new CommandError('Interrupted.', EXIT.interrupted);
}

interface CurrentCode {
  readonly step: number;
  readonly digits: string;
  readonly secondsLeft: number;
}

function currentCode(key: TotpKey, clock: Clock): CurrentCode {
  const nowMs = clock.nowMs();
  const step = stepAt(nowMs, key.periodSec);
  const leftMs = (step + 1) * key.periodSec * 1000 - nowMs;
  return { step, digits: codeAt(key, step), secondsLeft: Math.ceil(leftMs / 1000) };
}

/** Prints the code of every step, and sleeps between them, until Ctrl-C. */
async function watchCodes(
  key: TotpKey,
  clock: Clock,
  print: (code: CurrentCode) => void,
): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  let printedStep = -1;
  while (!stop.signal.aborted) {
    const code = currentCode(key, clock);
    // A timer may fire a little early, or late after the machine has slept.
    if (code.step !== printedStep) print(code);
    printedStep = code.step;
    const nextMs = (code.step + 1) * key.periodSec * 1000;
    await sleep(Math.max(1, nextMs - clock.nowMs()), undefined, { signal: stop.signal }).catch(
      () => {},
    );
  }
}
