import { type Clock, type Ms, SECOND_MS } from '../base/units.ts';
import type { AnsweredRequest } from '../http/app.ts';
import type { Job } from '../jobs/jobs.ts';

/** Spans of a server on their way to a collector. */
export interface Traces {
  /** A request that was answered just now. */
  request(answered: AnsweredRequest): void;
  /** The same job, each run of it a span. */
  timed(job: Job): Job;
  /** Sends what waits. */
  stop(): Promise<void>;
}

/** A collector that does not answer in this time, new attempts included, loses the batch; the end of a server waits no longer. */
const MOST_MS: Ms = 2 * SECOND_MS;
/** `traceparent` of W3C Trace Context, version 00. */
const TRACE_PARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Sends spans by OTLP over HTTP (JSON) to `endpoint` + `/v1/traces`, in batches, from a queue of 2,048 spans that drops
 * what is beyond. The libraries are read here and not before: a server without a collector does not load them. Polls that
 * memory answers are no spans. Names and attributes follow OpenTelemetry's semantic conventions for HTTP.
 */
export async function openTraces(parts: {
  readonly endpoint: string;
  readonly version: string;
  readonly now: Clock;
}): Promise<Traces> {
  const { now } = parts;
  const [api, { resourceFromAttributes }, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const exporter = new OTLPTraceExporter({
    url: `${parts.endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: MOST_MS,
  });
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'beacon-tower', 'service.version': parts.version }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('beacon-tower');

  function contextOf(traceParent: string | undefined) {
    const [, traceId, spanId, flags] = TRACE_PARENT.exec(traceParent ?? '') ?? [];
    if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
    const traceFlags = Number.parseInt(flags ?? '0', 16);
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
  }

  return {
    request({ method, route, status, tookMs, requestId, traceParent }) {
      const end = now();
      const attributes = {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
        'beacon.request_id': requestId,
      };
      const kind = SpanKind.SERVER;
      const span = tracer.startSpan(
        `${method} ${route}`,
        { kind, attributes, startTime: end - tookMs },
        contextOf(traceParent),
      );
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(end);
    },

    timed: (job) => ({
      ...job,
      async run() {
        const span = tracer.startSpan(`job ${job.name}`, { startTime: now() }, ROOT_CONTEXT);
        try {
          await job.run();
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end(now());
        }
      },
    }),

    stop: () => provider.shutdown(),
  };
}
