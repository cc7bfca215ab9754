/** What the primary asks its workers, and how the answers find back. @module */
import type { Worker } from 'node:cluster';
import type { ListenAddress } from '../core/listen-address.ts';
import type { ConfigTaken } from '../door/contract.ts';
import type { Snapshot } from '../telemetry/exposition.ts';
import type { WireConfig } from './config-wire.ts';

/** A door that has opened, or the sentence that says why not. */
export type StartAnswer =
  | { readonly ok: true; readonly addresses: readonly ListenAddress[] }
  | { readonly ok: false; readonly message: string; readonly exitCode: 1 | 2 };

/** What became of a configuration, or why it could not be built; the old one stays then. */
export type ReloadAnswer =
  | { readonly ok: true; readonly taken: ConfigTaken }
  | { readonly ok: false; readonly message: string };

/** Why no requests should go to a worker, and what an operator should look at. */
export interface WorkerHealth {
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
}

/** Every question, with what is asked and what is answered. */
export interface Questions {
  readonly start: {
    readonly asked: { readonly place: number; readonly config: WireConfig };
    readonly answer: StartAnswer;
  };
  readonly reload: { readonly asked: WireConfig; readonly answer: ReloadAnswer };
  readonly metrics: { readonly asked: null; readonly answer: Snapshot };
  readonly health: { readonly asked: null; readonly answer: WorkerHealth };
  /** The worker ends by itself afterwards. */
  readonly drain: { readonly asked: { readonly graceMs: number }; readonly answer: boolean };
}

/** A worker's answers; one that throws leaves its question without an answer. */
export type Answers = {
  readonly [Q in keyof Questions]: (
    asked: Questions[Q]['asked'],
  ) => Questions[Q]['answer'] | Promise<Questions[Q]['answer']>;
};

interface Question {
  readonly id: number;
  readonly question: keyof Questions;
  readonly asked: unknown;
}

interface Answer {
  readonly id: number;
  readonly answer: unknown;
  /** It could not be answered; the worker's log says why. */
  readonly isFailed?: boolean;
}

/** Asks one worker. */
export interface Asker {
  /** @returns undefined when the worker fails, dies, or says nothing within `patienceMs` */
  ask<Q extends keyof Questions>(
    question: Q,
    asked: Questions[Q]['asked'],
    patienceMs: number,
  ): Promise<Questions[Q]['answer'] | undefined>;
}

/** The primary's end of one worker's channel. */
export function createAsker(worker: Worker): Asker {
  const waiting = new Map<number, (answer: unknown) => void>();
  let lastId = 0;
  worker.on('message', ({ id, answer, isFailed }: Answer) =>
    waiting.get(id)?.(isFailed === true ? undefined : answer),
  );
  worker.on('exit', () => {
    for (const settle of waiting.values()) settle(undefined);
  });
  return {
    ask(question, asked, patienceMs) {
      if (!worker.isConnected()) return Promise.resolve(undefined);
      const id = ++lastId;
      return new Promise((resolve) => {
        const settle = (answer: unknown) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(answer as Questions[typeof question]['answer'] | undefined);
        };
        const timer = setTimeout(settle, patienceMs, undefined);
        waiting.set(id, settle);
        const message: Question = { id, question, asked };
        // A worker that dies at this moment answers by its exit.
        worker.send(message, () => undefined);
      });
    },
  };
}

/** The worker's end: answers every question, in the order of asking as far as they are synchronous. */
export function answerQuestions(answers: Answers, onFailure: (cause: unknown) => void): void {
  const reply = (answer: Answer) => void process.send?.(answer, undefined, {}, () => undefined);
  process.on('message', ({ id, question, asked }: Question) => {
    if (!Object.hasOwn(answers, question)) return;
    const answerOne = answers[question] as (asked: unknown) => unknown;
    (async () => answerOne(asked))().then(
      (answer) => reply({ id, answer }),
      (cause) => {
        onFailure(cause);
        reply({ id, answer: undefined, isFailed: true });
      },
    );
  });
}
