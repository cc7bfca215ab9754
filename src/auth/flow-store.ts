/** Where express-session keeps a flow: sealed rows, and none for a flow with nothing in it. @module */
import session from 'express-session';
import type { FlowRows } from '../store/contract.ts';
import { type Flow, flowEndsAtMs } from './flow.ts';
import { type FlowSeal, hashFlowId } from './flow-seal.ts';

declare module 'express-session' {
  interface SessionData {
    /** Absent while the flow is idle. */
    flow?: Exclude<Flow, { kind: 'idle' }>;
  }
}

type Done = (error?: unknown) => void;

/** What the store of flows works with. */
export interface FlowStoreDeps {
  readonly flows: FlowRows;
  readonly seal: FlowSeal;
  readonly nowMs: () => number;
  readonly cookie: session.CookieOptions;
}

/**
 * An id that is validly signed but unknown reads as an empty flow and keeps its
 * id: the token of a sign-in form has to hold, and looking at the form must not
 * cost a write.
 */
export class FlowStore extends session.Store {
  readonly #deps: FlowStoreDeps;
  /** What was written last of a session that a request still holds. */
  readonly #written = new WeakMap<session.SessionData, string>();

  constructor(deps: FlowStoreDeps) {
    super();
    this.#deps = deps;
  }

  override get(id: string, done: (error: unknown, data?: session.SessionData) => void): void {
    this.#read(id).then(
      (data) => done(null, data),
      (error) => done(error),
    );
  }

  override set(id: string, data: session.SessionData, done: Done = () => {}): void {
    if (data.flow === undefined) return done();
    const hash = hashFlowId(id);
    const plain = JSON.stringify(data.flow);
    // express-session saves a renewed session once more when the answer ends.
    if (this.#written.get(data) === hash + plain) return done();
    const sealed = this.#deps.seal.seal(hash, plain);
    this.#deps.flows.putFlow(hash, sealed, flowEndsAtMs(data.flow)).then(() => {
      this.#written.set(data, hash + plain);
      done();
    }, done);
  }

  override destroy(id: string, done: Done = () => {}): void {
    this.#deps.flows.dropFlow(hashFlowId(id)).then(() => done(), done);
  }

  async #read(id: string): Promise<session.SessionData> {
    const { flows, seal, nowMs, cookie } = this.#deps;
    const empty = { cookie: { ...cookie, originalMaxAge: null } };
    const hash = hashFlowId(id);
    const sealed = await flows.getFlow(hash, nowMs());
    const plain = sealed === undefined ? undefined : seal.open(hash, sealed);
    return plain === undefined ? empty : { ...empty, flow: JSON.parse(plain) };
  }
}
