/** The API for services: which address does what, and who may ask. @module */
import type { IncomingMessage } from 'node:http';
import { DoorError, STATUS } from '../core/errors.ts';
import { type Answer, detail, methodRefused, NOT_FOUND, writeAnswer } from './answer.ts';
import { type Fields, readFields } from './body.ts';
import { authenticate, MIXTURE, managerProof, reuseOf } from './caller.ts';
import type { RealmsApi, RealmsDeps, RequestContextLike } from './contract.ts';
import {
  create,
  list,
  type Operation,
  read,
  readSeed,
  remove,
  replace,
  rotateSeed,
  update,
} from './manage.ts';
import { verifySubject } from './verify.ts';

/** One request whose body has been read; `id` is '' where the address has none. */
interface Question {
  readonly req: IncomingMessage;
  readonly context: RequestContextLike;
  readonly fields: Fields;
  readonly id: string;
}

type Answerer = (deps: RealmsDeps, question: Question) => Promise<Answer>;

/** For the admin realm alone. */
const managed =
  (operation: Operation): Answerer =>
  (deps, question) =>
    manage(deps, operation, question);

/** What an address answers, by method. */
type Methods = ReadonlyMap<string, Answerer>;

const VERIFY: Methods = new Map([
  ['POST', (deps, { fields, context }) => verifySubject(deps, fields, context)],
]);
const COLLECTION: Methods = new Map([
  ['GET', managed(list)],
  ['HEAD', managed(list)],
  ['POST', managed(create)],
]);
const MEMBER: Methods = new Map([
  ['GET', managed(read)],
  ['HEAD', managed(read)],
  ['PUT', managed(replace)],
  ['PATCH', managed(update)],
  ['DELETE', managed(remove)],
]);
const SEED: Methods = new Map([
  ['GET', managed(readSeed)],
  ['POST', managed(rotateSeed)],
]);

/** Builds the API. Answers are JSON always; there are no cookies and no pages. */
export function createRealmsApi(deps: RealmsDeps): RealmsApi {
  return (req, res, context) => {
    answer(deps, req, context)
      .catch((error: unknown) => failureOf(deps, error, context))
      .then((answered) => {
        if (answered === 'gone' || res.destroyed) res.destroy();
        else writeAnswer(res, answered);
      })
      .catch(() => res.destroy());
  };
}

async function answer(
  deps: RealmsDeps,
  req: IncomingMessage,
  context: RequestContextLike,
): Promise<Answer | 'gone'> {
  const method = req.method ?? '';
  const place = placeOf(context.path.slice(deps.policy.prefix.length));
  const answerer = place?.methods.get(method);
  // The body is read off also where nobody wants it, so that the connection stays usable.
  const body = await readFields(req);
  if (!body.ok && body.answer === 'gone') return 'gone';
  if (place === undefined) return NOT_FOUND;
  if (answerer === undefined) return methodRefused(method, [...place.methods.keys()]);
  if (!body.ok) return body.answer;
  return answerer(deps, { req, context, fields: body.fields, id: place.id });
}

interface Place {
  readonly methods: Methods;
  readonly id: string;
}

/** Each address with the slash at its end and without: a redirect would lose the body. */
function placeOf(path: string): Place | undefined {
  const [, ...parts] = path.replace(/\/$/, '').split('/');
  const [first = '', second] = parts;
  if (parts.length === 0) return { methods: COLLECTION, id: '' };
  if (first === '' || parts.length > 2) return undefined;
  if (second !== undefined) return second === 'seed' ? { methods: SEED, id: first } : undefined;
  return first === 'verify' ? { methods: VERIFY, id: '' } : { methods: MEMBER, id: first };
}

async function manage(
  deps: RealmsDeps,
  operation: Operation,
  { req, context, fields, id }: Question,
): Promise<Answer> {
  const { policy } = deps;
  const proof = managerProof(deps, req, fields);
  if (proof === 'mixture') return MIXTURE;
  const origin = { source: context.clientAddress, requestId: context.requestId };
  const authenticated = await authenticate(deps, proof, {
    attempt: origin,
    realms: [policy.adminRealm],
    reuse: reuseOf(policy, policy.adminRealm),
  });
  if (!authenticated.ok) return authenticated.answer;
  const { name, realm } = authenticated.caller;
  return operation(deps, { fields, actor: { ...origin, by: `${name}@${realm}` } }, id);
}

/** Something broke: the answer says so and nothing else, the log says what. */
function failureOf({ log }: RealmsDeps, error: unknown, { requestId }: RequestContextLike): Answer {
  const code = error instanceof DoorError ? error.code : 'E_INTERNAL';
  const level = code === 'E_STORE_DOWN' ? 'debug' : 'error';
  log[level]({ err: error, code, requestId }, 'the API for services failed');
  return detail(STATUS[code], 'The service is not available.');
}
