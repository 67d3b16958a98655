/** A process of its own with a route that takes a request and does nothing. */
import Fastify from 'fastify';

const app = Fastify();
const response = { type: 'object', properties: { ok: { type: 'boolean' } } };
const schema = { body: { type: 'object' }, response: { 201: response } };
app.post('/v1/payment-requests', { schema }, async (_request, reply) => reply.code(201).send({ ok: true }));
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.(Number(new URL(url).port));
// The parent that goes away, whichever way, takes this process with it.
process.on('disconnect', () => process.exit(0));
