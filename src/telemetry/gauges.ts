import { Gauge, type Registry } from 'prom-client';

/** What a figure is that is read when somebody asks; null: it is not known. */
type Figure = number | null;
/** One for each value of a label. */
type Figures = readonly (readonly [value: string, figure: Figure])[];

/** Figures that are read when somebody asks for them. */
export interface MetricSources {
  readonly eventStreams: () => number;
  readonly endpoints: () => number;
  readonly playsWaiting: () => number;
  /** Rejects while the database is away. */
  readonly askDatabase: () => Promise<unknown>;
  readonly playersOnline: () => Promise<number>;
  readonly totals: () => Promise<{ readonly playsPromised: number; readonly playsCounted: number }>;
  readonly recentCoverage: () => Promise<number | null>;
  readonly silence: () => Promise<
    readonly { readonly area: string; readonly watched: number; readonly silent: number | null }[]
  >;
  readonly queues: () => Promise<Readonly<Record<string, number>>>;
  readonly sumDifferences: () => Promise<number | null>;
  /** Rejects where the work takes longer than who collects would wait. */
  readonly inTime: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * Adds the figures to a registry. What cannot be read now, since the database is away or slow, is left out of that one
 * answer; all others are in it.
 */
export function addGauges(registry: Registry, sources: MetricSources): void {
  const registers = [registry];
  const orNothing = async <T>(read: () => T | Promise<T>): Promise<T | null> => {
    try {
      return await sources.inTime(Promise.resolve(read()));
    } catch {
      return null;
    }
  };
  const gauge = (name: string, help: string, read: () => Figure | Promise<Figure>): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const figure = await orNothing(read);
        if (figure === null) this.remove();
        else this.set(figure);
      },
    });
  };
  const gauges = (name: string, help: string, label: string, read: () => Promise<Figures>): void => {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        const figures = (await orNothing(read)) ?? [];
        this.reset();
        for (const [value, figure] of figures) if (figure !== null) this.set({ [label]: value }, figure);
      },
    });
  };
  const { totals, silence } = sources;

  gauge('beacon_database_up', 'Whether the database answers this server: 1 or 0.', async () =>
    (await orNothing(() => sources.askDatabase().then(() => true))) === null ? 0 : 1,
  );
  gauge('beacon_event_streams', 'Event streams of players that are open.', sources.eventStreams);
  gauge('beacon_players_online', 'Players heard of within the last 90 seconds.', sources.playersOnline);
  gauge('beacon_endpoints', 'Endpoints on the board.', sources.endpoints);
  gauges(
    'beacon_endpoints_watched',
    'Endpoints with a player that are open now, by area.',
    'area',
    async () => (await silence()).map(({ area, watched }) => [area, watched]),
  );
  gauges(
    'beacon_endpoints_silent',
    'Those of them not heard of for ten minutes, by area; none while servers have not listened that long.',
    'area',
    async () => (await silence()).map(({ area, silent }) => [area, silent]),
  );
  gauge('beacon_plays_waiting', 'Plays that wait in memory for their commit.', sources.playsWaiting);
  gauges(
    'beacon_queue_depth',
    'What waits for the background work of any server, by queue.',
    'queue',
    async () => Object.entries(await sources.queues()),
  );
  gauge('beacon_plays_promised', 'Plays promised up to now.', async () => (await totals()).playsPromised);
  gauge('beacon_plays_counted', 'Plays counted up to now.', async () => (await totals()).playsCounted);
  gauge(
    'beacon_coverage_ratio',
    'Plays counted over plays promised up to now; 1 while none were.',
    async () => {
      const { playsPromised, playsCounted } = await totals();
      return playsPromised === 0 ? 1 : playsCounted / playsPromised;
    },
  );
  gauge(
    'beacon_coverage_day_ratio',
    'Share of the plays promised in the last 24 whole hours of which reports tell; none while none were.',
    sources.recentCoverage,
  );
  gauge(
    'beacon_sum_differences',
    'Sums of plays that the last nightly audit, of whichever server, found to differ from the plays.',
    sources.sumDifferences,
  );
}
