/** Where both ways to an app meet: its secret is kept for this browser, and shown. @module */
import type { EnrolmentOrigin, Flow } from '../flow.ts';
import { flowOf, renewFlow } from '../flow-session.ts';
import { type Room, sendPage, type Visit } from '../room.ts';
import { EnrolmentPage } from '../views/enrolment.tsx';

/** A browser to which an app was shown. */
export type Enrolling = Extract<Flow, { kind: 'enrolling' }>;

/** The page where an enrolment began. */
export type StartPage = EnrolmentOrigin['page'];

/** What this browser is enrolling, where it began on that page. */
export function enrollingOn(room: Room, visit: Visit, page: StartPage): Enrolling | undefined {
  const flow = flowOf(visit.req, room.deps.clock.nowMs());
  return flow.kind === 'enrolling' && flow.origin.page === page ? flow : undefined;
}

/** Keeps what was begun for this browser, and shows the app's secret for the first time. */
export async function beginEnrolment(
  room: Room,
  visit: Visit,
  begun: Pick<Enrolling, 'pending' | 'origin'>,
): Promise<void> {
  await renewFlow(visit.req, { kind: 'enrolment-begun', ...begun });
  showEnrolment(room, visit, { flow: { kind: 'enrolling', ...begun } });
}

/** Shows the app's secret, the first time and again after a wrong code or a reload. */
export function showEnrolment(
  room: Room,
  visit: Visit,
  shown: { readonly flow: Enrolling; readonly status?: 422 | 429; readonly problem?: string },
): void {
  const { pending, origin } = shown.flow;
  const page = pageOf(room, origin.page);
  sendPage(room, visit, {
    ...(shown.status !== undefined && { status: shown.status }),
    title: 'Add your authenticator app',
    body: (
      <EnrolmentPage
        csrfToken={room.csrfToken(visit)}
        confirmUrl={`${page}/confirm`}
        cancelUrl={`${page}/cancel`}
        pending={pending}
        totp={room.deps.policy.totp}
        problem={shown.problem}
      />
    ),
  });
}

const pageOf = ({ paths }: Room, page: StartPage) =>
  page === 'signup' ? paths.signUp : paths.enrol;
