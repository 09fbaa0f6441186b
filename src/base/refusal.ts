import type { Language, Sentence } from './sentence.ts';

/**
 * Every way in which this system says no. A new code does not compile until the HTTP table
 * (http/problem.ts) gives it a status and the console gives it words.
 */
export type RefusalCode =
  | 'request.invalid'
  | 'request.malformed'
  | 'request.tooLarge'
  | 'request.unsupportedType'
  | 'request.tooMany'
  | 'request.crossSite'
  | 'request.wrongMethod'
  | 'route.unknown'
  | 'session.missing'
  | 'session.badCredentials'
  | 'session.codeNeeded'
  | 'session.badCode'
  | 'session.passkeyNeeded'
  | 'session.unknown'
  | 'session.oneTimePassword'
  | 'session.secondFactorNeeded'
  | 'role.insufficient'
  | 'remit.insufficient'
  | 'remit.outside'
  | 'secondFactor.conflict'
  | 'secondFactor.unreadable'
  | 'passkey.refused'
  | 'passkey.conflict'
  | 'passkey.unknown'
  | 'passkey.notHere'
  | 'oidc.refused'
  | 'oidc.notAllowed'
  | 'oidc.unreachable'
  | 'scope.insufficient'
  | 'key.unknown'
  | 'staff.unknown'
  | 'staff.usernameTaken'
  | 'staff.lastAdministrator'
  | 'token.unknown'
  | 'pairing.unknown'
  | 'pairing.expired'
  | 'endpoint.unknown'
  | 'endpoint.nameTaken'
  | 'command.notOffered'
  | 'command.pending'
  | 'command.unknown'
  | 'picture.unknown'
  | 'picture.unreadable'
  | 'fleet.unreadable'
  | 'asset.unknown'
  | 'asset.notMedia'
  | 'asset.damaged'
  | 'asset.empty'
  | 'asset.tooLarge'
  | 'asset.notApproved'
  | 'asset.inUse'
  | 'upload.unknown'
  | 'upload.conflict'
  | 'upload.tooMany'
  | 'upload.notExamined'
  | 'disk.full'
  | 'storage.unreachable'
  | 'rendition.unknown'
  | 'rendition.notNow'
  | 'media.unknown'
  | 'notice.unknown'
  | 'notice.tooLong'
  | 'notice.missingLetters'
  | 'notice.noSpeech'
  | 'media.badRange'
  | 'playlist.unknown'
  | 'playlist.empty'
  | 'playlist.changed'
  | 'area.unknown'
  | 'campaign.unknown'
  | 'booking.unknown'
  | 'booking.endsBeforeStart'
  | 'booking.noEndpoints'
  | 'booking.contradictory'
  | 'booking.badRecurrence'
  | 'booking.changed'
  | 'review.notAllowed'
  | 'review.ownWork'
  | 'review.badMark'
  | 'play.unknown'
  | 'play.alreadyAccepted'
  | 'play.notAcceptable'
  | 'group.unknown'
  | 'group.nameTaken'
  | 'override.unknown'
  | 'override.notProposed'
  | 'override.ownProposal'
  | 'override.notLive'
  | 'override.badEnd'
  | 'override.noEndpoints'
  | 'override.materialNotReady'
  | 'alert.unknown'
  | 'alert.unreadable'
  | 'alert.badSignature'
  | 'template.unknown'
  | 'template.notApproved'
  | 'report.unknown'
  | 'report.noPrinter'
  | 'tally.unknown'
  | 'tally.replaced'
  | 'tally.unreadable'
  | 'audience.unreadable'
  | 'makeGood.nothingOwed'
  | 'makeGood.noDayLeft'
  | 'dispatch.unknown'
  | 'dispatch.drill'
  | 'evidence.unknown'
  | 'evidence.notAccepted'
  | 'signingKey.foreign'
  | 'database.away'
  | 'database.inUse'
  | 'config.invalid';

/** One thing that is wrong, and where: a path such as `bookings.0.toDate`, or a line of a file. */
export interface RefusalPart {
  readonly where: string;
  readonly message: Sentence;
}

/** What has an id, as people call it. */
const THINGS = {
  'alert.unknown': { en: 'alert', zh: '预警' },
  'asset.unknown': { en: 'asset', zh: '素材' },
  'booking.unknown': { en: 'booking', zh: '排期' },
  'campaign.unknown': { en: 'campaign', zh: '宣传活动' },
  'command.unknown': { en: 'command', zh: '远程指令' },
  'endpoint.unknown': { en: 'endpoint', zh: '终端' },
  'group.unknown': { en: 'group', zh: '分组' },
  'key.unknown': { en: 'key', zh: '接口密钥' },
  'override.unknown': { en: 'emergency', zh: '应急插播' },
  'passkey.unknown': { en: 'passkey', zh: '通行密钥' },
  'playlist.unknown': { en: 'playlist', zh: '播放列表' },
  'rendition.unknown': { en: 'conversion', zh: '转码任务' },
  'tally.unknown': { en: 'tally', zh: '统计记录' },
  'template.unknown': { en: 'template', zh: '应急模板' },
  'upload.unknown': { en: 'upload', zh: '上传任务' },
} as const satisfies Partial<Record<RefusalCode, Sentence>>;

/** An expected no. Anything else that is thrown is a bug. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly sentence: Sentence;
  readonly parts: readonly RefusalPart[];

  /** A media editor must understand `sentence`; it may be shown to anybody. The English one is the message. */
  constructor(code: RefusalCode, sentence: Sentence, parts: readonly RefusalPart[] = []) {
    super(sentence.en);
    this.sentence = sentence;
    this.name = 'Refusal';
    this.code = code;
    this.parts = parts;
  }
}

/** The refusal of an id, or of a code of an endpoint, that names nothing. */
export function noSuch(code: keyof typeof THINGS, id: number | string): Refusal {
  const { en, zh } = THINGS[code];
  return new Refusal(code, { en: `There is no ${en} ${id}.`, zh: `没有编号为 ${id} 的${zh}。` });
}

/** What a command tells of an error at a terminal. */
export function wordsOf(error: unknown, language: Language): string {
  if (error instanceof Refusal) return error.sentence[language];
  return error instanceof Error ? error.message : String(error);
}

/** Too much at once: the same request may be let in later. */
export class RetryLater extends Refusal {
  /** Whole seconds, at least 1. */
  readonly retryAfterSeconds: number;

  constructor(sentence: Sentence, retryAfterSeconds: number) {
    super('request.tooMany', sentence);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
