/** Starts the service from the environment and ends it in order. The only place that listens. */
import { pino } from 'pino';
import { readConfig } from './config.ts';
import { armFailpoint } from './database/failpoint.ts';
import { migrateJobs } from './database/jobs.ts';
import { migrate } from './database/migrate.ts';
import { listenAlso } from './http/listen-also.ts';
import { createService } from './service.ts';

const config = readConfig(process.env);
const log = pino({ level: config.LOG_LEVEL, base: { service: 'feiqian' } });

armFailpoint(config.FAIL_AT);
if (config.FAIL_AT !== undefined) log.warn({ failAt: config.FAIL_AT }, 'this process will kill itself');

if (config.DATABASE_OWNER_URL !== undefined) {
  const applied = await migrate({ ownerUrl: config.DATABASE_OWNER_URL });
  await migrateJobs(config.DATABASE_OWNER_URL);
  if (applied.length > 0) log.info({ applied }, 'database migrated');
}

const service = await createService(config, log);
await service.start();
const [host, ...more] = config.HOST;
const address = await service.app.listen({ port: config.PORT, ...(host === undefined ? {} : { host }) });
for (const other of more) await listenAlso(service.app.server, config.PORT, other);
log.info({ address, more, publicUrl: config.publicUrl }, 'ready');

let isStopping = false;
const stop = async () => {
  if (isStopping) return;
  isStopping = true;
  log.info('stopping');
  await service.stop();
  process.exit(0);
};
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
// A launcher that is killed takes its end of the channel with it: do not live on without it.
process.once('disconnect', () => void stop());
