/** A new authenticator app for somebody who exists, up to the moment where it is shown. @module */
import type { BeginResult, FieldProblems } from '../../accounts/contract.ts';
import type { EnrolmentOrigin } from '../flow.ts';
import { flowOf, renewFlow } from '../flow-session.ts';
import { readProofs } from '../methods/index.ts';
import { type Handler, type Room, redirect, sendPage, type Visit } from '../room.ts';
import { MessagePage } from '../views/message.tsx';
import { ReplaceAppPage } from '../views/replace-app.tsx';
import { showEnrolment } from './enrolment.tsx';
import { onlyValue, throttledText } from './login.tsx';

interface Draft {
  readonly status: 200 | 422 | 429;
  readonly token: string | null;
  readonly problems: FieldProblems;
}

/** Builds the page that asks for proofs before a new app is shown. */
export function createReplaceApp(room: Room): { readonly show: Handler; readonly submit: Handler } {
  const { deps, paths, methods } = room;
  const withoutApp = methods.filter((method) => method.factor !== 'totp');

  function showForm(visit: Visit, draft: Draft): void {
    sendPage(room, visit, {
      status: draft.status,
      title: 'New authenticator app',
      body: (
        <ReplaceAppPage
          paths={paths}
          csrfToken={room.csrfToken(visit)}
          name={draft.token === null ? visit.session?.identity.name : undefined}
          token={draft.token}
          methods={draft.token === null ? methods : withoutApp}
          problems={draft.problems}
        />
      ),
    });
  }

  /** Undefined when a proof was left empty, or nobody is there to give one. */
  async function begin(visit: Visit, token: string | null): Promise<BeginResult | undefined> {
    const proofs = readProofs(token === null ? methods : withoutApp, visit.form);
    if (proofs === undefined) return undefined;
    if (token !== null) {
      const { password } = proofs;
      return deps.accounts.beginByLink({ token, password }, visit.attempt);
    }
    if (visit.session === undefined) return undefined;
    return deps.accounts.beginReplacement(visit.session.identity, proofs, visit.attempt);
  }

  return {
    show(visit) {
      const flow = flowOf(visit.req, deps.clock.nowMs());
      if (flow.kind === 'enrolling' && flow.origin.page === 'enrol') {
        return showEnrolment(room, visit, { flow });
      }
      const token = onlyValue(visit.query, 'token') ?? null;
      if (token === null && visit.session === undefined) {
        return redirect(visit, paths.loginWith(paths.enrol));
      }
      showForm(visit, { status: 200, token, problems: {} });
    },

    async submit(visit) {
      const token = visit.form.get('token') ?? null;
      if (token === null && visit.session === undefined) {
        return redirect(visit, paths.loginWith(paths.enrol));
      }
      const result = await begin(visit, token);
      if (result?.ok === true) {
        const { pending } = result;
        const origin: EnrolmentOrigin = { page: 'enrol', token };
        await renewFlow(visit.req, { kind: 'enrolment-begun', pending, origin });
        return showEnrolment(room, visit, { flow: { kind: 'enrolling', pending, origin } });
      }
      if (result === undefined) {
        return showForm(visit, { status: 422, token, problems: { form: 'Fill in every field.' } });
      }
      if ('problems' in result) {
        const { form } = result.problems;
        if (token !== null && form !== undefined) return showDeadLink(room, visit, form);
        return showForm(visit, { status: 422, token, problems: result.problems });
      }
      visit.res.setHeader('Retry-After', result.throttledSec);
      const problems = { form: throttledText(result.throttledSec) };
      showForm(visit, { status: 429, token, problems });
    },
  };
}

/** No password helps here: a form would only be filled in again. */
function showDeadLink(room: Room, visit: Visit, sentence: string): void {
  const title = 'This link does not work';
  const actions = [{ label: 'Sign in instead', href: room.paths.login }];
  const words = { title, sentence, remedy: 'Nothing was changed.' };
  sendPage(room, visit, { status: 422, title, body: <MessagePage {...words} actions={actions} /> });
}
