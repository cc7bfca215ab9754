/**
 * A service for every service that the door knows, whatever its realm.
 *
 *   SALLYPORT_URL=https://door.example.com/ungleichotp \
 *   SALLYPORT_NAME=hello SALLYPORT_REALM=ungleich-auth SALLYPORT_SEED=… \
 *   node any-realm.js
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

const app = express();
app.get('/healthz', (_req, res) => res.send('ok'));
app.use(requireService({ client }));
app.get('/', (req, res) => res.send(`Hello ${req.service.name} of ${req.service.realm}\n`));

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`);
});
