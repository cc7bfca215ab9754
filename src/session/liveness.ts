/** Which sessions have ended, and what ends with them, in this process. @module */
import type { Session } from './contract.ts';
import { createLiveWatches } from './live-watches.ts';
import { isExpired } from './payload.ts';
import { createRevocations, type RevocationsDeps } from './revocations.ts';

/** The feed, and what is told when it has news. */
export interface LivenessDeps extends RevocationsDeps {
  /** Between two looks at the feed. */
  readonly pollMs: number;
}

/** Whether sessions live, and their connections with them. */
export interface Liveness {
  /** False while nobody can say which sessions have ended. */
  isCurrent(): boolean;
  isOver(session: Session): boolean;
  /** Ends the session in this process, ahead of the feed. */
  end(session: Session): void;
  watch(session: Session, close: () => void): () => void;
  /** The session was renewed: its connections live as long as the new copy. */
  extend(session: Session): void;
  /** Looks once, then goes on looking until `close`. */
  start(): Promise<void>;
  poll(): Promise<void>;
  close(): void;
  sizes(): { readonly watches: number; readonly revoked: number };
  /** Since the feed last answered. */
  silenceMs(): number;
}

/** A feed that is asked once in a while is silent in between: this many looks are no silence. */
const LOOKS = 3;

/** Joins the feed, the register of live connections, and the loop that drives both. */
export function createLiveness(deps: LivenessDeps): Liveness {
  const { clock } = deps;
  const watches = createLiveWatches();
  const revocations = createRevocations({
    ...deps,
    graceMs: Math.max(deps.graceMs, LOOKS * deps.pollMs),
    onRevoked(sids) {
      deps.onRevoked(sids);
      sweep({ isSilenceJudged: false });
    },
  });

  /** Beyond the grace nobody can say that a connection may live on: fail closed. */
  function sweep({ isSilenceJudged = true } = {}): void {
    const isUnknown = isSilenceJudged && !revocations.isCurrent();
    watches.sweep(clock.nowMs(), (session) => isUnknown || revocations.has(session));
  }

  async function poll(): Promise<void> {
    // Before the read too: a feed that hangs must not hold connections open. But after
    // a machine has slept the silence was ours, and only the answer can tell.
    sweep({ isSilenceJudged: revocations.isReading() });
    await revocations.poll();
    sweep();
  }

  return {
    ...createLoop(poll, deps.pollMs),
    poll,
    isCurrent: revocations.isCurrent,
    isOver: (session) => isExpired(session, clock.nowMs()) || revocations.has(session),
    end: revocations.add,
    watch: watches.add,
    extend: watches.extend,
    sizes: () => ({ watches: watches.size, revoked: revocations.size() }),
    silenceMs: revocations.silenceMs,
  };
}

function createLoop(look: () => Promise<void>, everyMs: number): Pick<Liveness, 'start' | 'close'> {
  let timer: NodeJS.Timeout | undefined;
  return {
    async start() {
      timer ??= setInterval(() => void look(), everyMs).unref();
      await look();
    },
    close() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
