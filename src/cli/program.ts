/** The command line: every command, and how each of them ends. @module */
import { Command } from 'commander';
import { addBackup } from './backup.ts';
import { addCheck } from './check.ts';
import { addConfigSchema } from './config-schema.ts';
import { EXIT_MEANING, type ExitCode } from './exit-codes.ts';
import { explainFailure } from './failure.ts';
import { addHealth } from './health.ts';
import { addImportEnv } from './import-env.ts';
import { addInvite } from './invite.ts';
import { type Io, noteLine } from './io.ts';
import { addKeysActivate } from './keys/activate.ts';
import { addKeysAdd } from './keys/add.ts';
import { addKeysList } from './keys/list.ts';
import { addKeysRetire } from './keys/retire.ts';
import { addRealmBootstrap } from './realm/bootstrap.ts';
import { addReload } from './reload.ts';
import { addRestore } from './restore.ts';
import { addRun } from './run.ts';
import { addServiceAdd } from './service/add.ts';
import { addServiceImport } from './service/import.ts';
import { addServiceList } from './service/list.ts';
import { addServiceRemove } from './service/remove.ts';
import { addServiceRotate } from './service/rotate.ts';
import { addSnippet } from './snippet.ts';
import { addStoreCopy } from './store/copy.ts';
import { addTokenCreate } from './token/create.ts';
import { addTokenList } from './token/list.ts';
import { addTokenRevoke } from './token/revoke.ts';
import { addTotpCode } from './totp/code.ts';
import { addTotpSecret } from './totp/secret.ts';
import { wordUsageError } from './usage-error.ts';
import { addUserAdd } from './user/add.ts';
import { addUserDisable, addUserEnable } from './user/disable.ts';
import { addUserList } from './user/list.ts';
import { addUserRemove } from './user/remove.ts';
import { addUserResetTotp } from './user/reset-totp.ts';
import { addUserSetGroups } from './user/set-groups.ts';
import { addUserSetPassword } from './user/set-password.ts';
import { addUserShow } from './user/show.ts';
import { addVerify } from './verify.ts';
import { addVersion, readVersion } from './version.ts';

/**
 * Runs one command to its end.
 *
 * @param args  without the program's own name
 * @returns the exit status; a failure has been said on standard error in one sentence
 */
export async function runCommandLine(args: readonly string[], io: Io): Promise<ExitCode> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const { message, exitCode } = explainFailure(error);
    if (message !== '') noteLine(io, `sallyport: ${message}`);
    return exitCode;
  }
}

function createProgram(io: Io): Command {
  const program = new Command('sallyport')
    .description('The two-door entrance in front of internal web tools.')
    .version(readVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: (text, write) => write(wordUsageError(text)),
    })
    .showHelpAfterError('"sallyport COMMAND --help" shows how a command is called.')
    .addHelpText('after', exitCodeHelp());
  for (const add of [addRun, addReload, addCheck, addSnippet, addInvite]) add(program, io);
  const user = program.command('user').description('look after the people who may sign in');
  for (const add of USER_COMMANDS) add(user, io);
  const realm = program.command('realm').description('begin with services');
  addRealmBootstrap(realm, io);
  const service = program.command('service').description('look after services and their seeds');
  for (const add of SERVICE_COMMANDS) add(service, io);
  const token = program.command('token').description('look after the bearers of programs');
  for (const add of [addTokenCreate, addTokenList, addTokenRevoke]) add(token, io);
  const keys = program.command('keys').description('rotate the keys of cookies and database');
  for (const add of KEYS_COMMANDS) add(keys, io);
  const totp = program.command('totp').description('make secrets and codes as an app would');
  for (const add of [addTotpSecret, addTotpCode]) add(totp, io);
  for (const add of [addBackup, addRestore]) add(program, io);
  const store = program.command('store').description('look after the database as a whole');
  addStoreCopy(store, io);
  for (const add of [addImportEnv, addVerify, addHealth, addConfigSchema, addVersion])
    add(program, io);
  return program;
}

const USER_COMMANDS = [
  addUserAdd,
  addUserList,
  addUserShow,
  addUserDisable,
  addUserEnable,
  addUserRemove,
  addUserResetTotp,
  addUserSetPassword,
  addUserSetGroups,
] as const;

const KEYS_COMMANDS = [addKeysList, addKeysAdd, addKeysActivate, addKeysRetire] as const;

const SERVICE_COMMANDS = [
  addServiceAdd,
  addServiceList,
  addServiceRemove,
  addServiceRotate,
  addServiceImport,
] as const;

function exitCodeHelp(): string {
  const rows = Object.entries(EXIT_MEANING).map(
    ([code, meaning]) => `  ${code.padEnd(4)} ${meaning}`,
  );
  return `\nExit status:\n${rows.join('\n')}`;
}
