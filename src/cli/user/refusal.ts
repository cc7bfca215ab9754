/** The two ways in which a rule about people says no. @module */
import type { FieldProblems } from '../../accounts/contract.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

/** The problems of a person's data as one line. */
export const refusalOf = (problems: FieldProblems): string => Object.values(problems).join(' ');

/** Nobody to do it to. */
export const unknownUser = (name: string): CommandError =>
  new CommandError(`Nobody is called ${JSON.stringify(name)}.`, EXIT.notFound);
