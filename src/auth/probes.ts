/** What orchestrators ask: is it alive, may it be sent requests. @module */
import type { Request, Response } from 'express';
import type { AuthDeps } from './contract.ts';

/** The two answers, for `healthz` and `readyz`. */
export interface Probes {
  /** 200 as long as the process answers. */
  health(req: Request, res: Response): void;
  /** 200, or 503 with the reasons. */
  readiness(req: Request, res: Response): Promise<void>;
}

/** Builds the probes; they need no session and name no secret. */
export function createProbes({ readiness }: Pick<AuthDeps, 'readiness'>): Probes {
  return {
    health(_req, res) {
      res.type('text/plain').send('ok\n');
    },
    async readiness(_req, res) {
      const reasons = await readiness();
      res.status(reasons.length === 0 ? 200 : 503).json({ ready: reasons.length === 0, reasons });
    },
  };
}
