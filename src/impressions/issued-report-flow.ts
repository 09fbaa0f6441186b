import { sha256Hex } from '../base/digest.ts';
import type { IssuedHead, IssuedReportStore } from './issued-report-store.ts';
import { changesBetween, type ReportChange, type WholeReport, wholeReportSchema } from './whole-report.ts';
import { makeWholeReport, type WholeQuery, type WholeReportSources } from './whole-report-flow.ts';

/** An issued report as it is read. */
export interface IssuedReport extends IssuedHead {
  /** Exactly what was frozen. */
  readonly report: WholeReport;
  /** The frozen bytes still have the SHA-256 that was noted when they were issued. */
  readonly intact: boolean;
}

/** Whether the figures are still what was issued. */
export interface NewerFigures {
  readonly exist: boolean;
  /** ISO 8601. */
  readonly checkedAt: string;
  /** At most {@link MOST_CHANGES}, totals first. */
  readonly changes: readonly ReportChange[];
  /** How many changes there are in all. */
  readonly changed: number;
}

/** Most changes that an answer lists. */
export const MOST_CHANGES = 500;

/** Issues reports and reads them again. */
export interface IssuedReports {
  /** Makes a report and freezes it. @throws Refusal as `makeReport` */
  issue(query: WholeQuery, by: { readonly id: string; readonly name: string }): Promise<IssuedReport>;
  list(): Promise<IssuedHead[]>;
  /** With the frozen bytes as text. @throws Refusal report.unknown */
  read(number: number): Promise<IssuedReport & { readonly frozen: string }>;
  /**
   * Makes the report anew as of the instant at which it was issued: what differs came in later, or was
   * corrected. In a period that was open then, plays that were yet to come count as newer too.
   */
  newerThan(issued: IssuedReport): Promise<NewerFigures>;
}

/** Makes the flow. */
export function issuedReports(deps: {
  store: IssuedReportStore;
  sources: WholeReportSources;
}): IssuedReports {
  const { store, sources } = deps;
  return {
    async issue(query, by) {
      const report = await makeWholeReport(sources, query);
      const content = JSON.stringify(report);
      const campaignId = report.campaign?.id ?? null;
      const head = await store.issue({ title: report.title, campaignId, content }, by);
      return { ...head, report, intact: true };
    },
    list: () => store.list(),
    async read(number) {
      const { content, ...head } = await store.get(number);
      const report = wholeReportSchema.parse(JSON.parse(content));
      return { ...head, report, intact: sha256Hex(content) === head.sha256, frozen: content };
    },
    async newerThan({ report }) {
      const { campaign, endpointId, areaId, from, to } = report;
      const now = await makeWholeReport(
        sources,
        {
          campaignId: campaign?.id,
          endpointId: endpointId ?? undefined,
          areaId: areaId ?? undefined,
          from,
          to,
          title: report.title,
        },
        Date.parse(report.generatedAt),
      );
      const changes = changesBetween(report, now);
      return {
        exist: changes.length > 0,
        checkedAt: new Date(sources.clock()).toISOString(),
        changes: changes.slice(0, MOST_CHANGES),
        changed: changes.length,
      };
    },
  };
}
