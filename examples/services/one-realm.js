/**
 * A service for the services of one realm, for a part of its addresses.
 *
 *   SALLYPORT_URL=https://door.example.com/ungleichotp \
 *   SALLYPORT_NAME=hello SALLYPORT_REALM=ungleich-auth SALLYPORT_SEED=… \
 *   ALLOWED_REALM=monitoring node one-realm.js
 */
import express from 'express';
import { createClient } from 'sallyport/client';
import { requireService } from 'sallyport/express';

const {
  SALLYPORT_URL,
  SALLYPORT_NAME,
  SALLYPORT_REALM,
  SALLYPORT_SEED,
  PORT = '3000',
} = process.env;

const client = createClient({
  url: SALLYPORT_URL,
  name: SALLYPORT_NAME,
  realm: SALLYPORT_REALM,
  seed: SALLYPORT_SEED,
});
const onlyMonitoring = requireService({
  client,
  realms: [process.env.ALLOWED_REALM ?? 'monitoring'],
  onError: (error) => process.stderr.write(`the door cannot be asked: ${error.message}\n`),
});

const app = express();
app.get('/', (_req, res) => res.send('Everybody may read this.\n'));
app.get('/metrics', onlyMonitoring, (req, res) => res.send(`requested_by ${req.service.name}\n`));

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
