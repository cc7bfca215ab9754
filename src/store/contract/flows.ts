/** Half-finished form flows. @module */

/** Flows, sealed by whoever runs them. */
export interface FlowRows {
  /** State of a half-finished form flow, sealed by the caller. */
  getFlow(id: string, nowMs: number): Promise<string | undefined>;
  putFlow(id: string, sealed: string, expiresAtMs: number): Promise<void>;
  dropFlow(id: string): Promise<void>;
}
