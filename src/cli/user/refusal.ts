/** The two ways in which a rule about people says no. @module */
import type { FieldProblems } from '../../accounts/contract.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** The problems of a person's data as one line; on a page each stands beside its field. */
export const refusalOf = ({ username, password, ...others }: FieldProblems): string =>
  [
    username !== undefined && `Name: ${username}`,
    password !== undefined && `Password: ${password}`,
    ...Object.values(others),
  ]
    .filter((sentence) => typeof sentence === 'string')
    .join(' ');

/** Nobody to do it to. */
export const unknownUser = (name: string): CommandError =>
  new CommandError(`Nobody is called ${JSON.stringify(name)}.`, EXIT.notFound);
