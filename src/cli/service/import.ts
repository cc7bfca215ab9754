/** `sallyport service import` @module */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import type { Services } from '../../accounts/services-contract.ts';
import { codeOf } from '../../core/error-code.ts';
import { withAdministration } from '../administration.ts';
import { addConfigOption, type ConfigOption } from '../configuration.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { type Io, noteLine, printJson, printLine } from '../io.ts';
import { type ExportedRow, readExportedRows } from './exported-rows.ts';
import { ACTOR, REFUSALS } from './name.ts';

interface Options extends ConfigOption {
  readonly json?: boolean;
}

/** Adds the command that takes over the services of an old database. */
export function addServiceImport(service: Command, io: Io): void {
  addConfigOption(service.command('import'))
    .argument('<file>', 'CSV with a head line, or a JSON array; - reads standard input')
    .description('take over services with their seeds; those that exist are never replaced')
    .option('--json', 'print a JSON document')
    .action((file: string, options: Options) => importServices(io, file, options));
}

async function importServices(io: Io, file: string, options: Options): Promise<void> {
  const content = file === '-' ? await text(io.stdin) : readText(file);
  await withAdministration(io, { ...options, mayCreate: true }, async ({ config, services }) => {
    const rows = readExportedRows(content, config.realms);
    if (rows === undefined) {
      throw new CommandError(
        `${file} is neither a JSON array nor CSV with a head line.`,
        EXIT.usage,
      );
    }
    if (rows.length === 0) {
      throw new CommandError(
        `${file} holds no services: check that it is the right file.`,
        EXIT.usage,
      );
    }
    const outcome = await takeOver(services, rows);
    const { imported, existing, refused } = outcome;
    if (options.json) printJson(io, outcome);
    else printLine(io, `${imported} imported, ${existing} already here, ${refused.length} refused`);
    for (const { row, problem } of refused) noteLine(io, `row ${row}: ${problem}`);
    if (refused.length > 0) throw new CommandError('Some rows were refused.', EXIT.refused);
  });
}

/** A table of its own, which may be larger than a secret: no bound. */
function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    const problem =
      code === 'ENOENT'
        ? 'does not exist: check the path'
        : `cannot be read (${code ?? 'unknown cause'}): check its owner and its mode`;
    throw new CommandError(`The file ${file} ${problem}.`, EXIT.failed);
  }
}

interface Outcome {
  readonly imported: number;
  readonly existing: number;
  /** By number, counted from 1 without the head line; a row may hold a seed. */
  readonly refused: readonly { readonly row: number; readonly problem: string }[];
}

async function takeOver(services: Services, rows: readonly ExportedRow[]): Promise<Outcome> {
  let imported = 0;
  let existing = 0;
  const refused: { row: number; problem: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const added = row.ok ? await services.add(row.service, ACTOR) : row;
    if (added.ok) imported += 1;
    else if ('problem' in added) refused.push({ row: index + 1, problem: added.problem });
    else if (added.reason === 'name-taken') existing += 1;
    else refused.push({ row: index + 1, problem: REFUSALS[added.reason] });
  }
  return { imported, existing, refused };
}
