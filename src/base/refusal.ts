import type { Sentence } from './sentence.ts';

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
  | 'role.insufficient'
  | 'staff.unknown'
  | 'staff.usernameTaken'
  | 'token.unknown'
  | 'pairing.unknown'
  | 'pairing.expired'
  | 'endpoint.unknown'
  | 'endpoint.nameTaken'
  | 'fleet.unreadable'
  | 'asset.unknown'
  | 'asset.notMedia'
  | 'asset.damaged'
  | 'asset.empty'
  | 'asset.tooLarge'
  | 'asset.notApproved'
  | 'asset.inUse'
  | 'media.unknown'
  | 'media.badRange'
  | 'playlist.unknown'
  | 'playlist.empty'
  | 'campaign.unknown'
  | 'booking.unknown'
  | 'booking.endsBeforeStart'
  | 'booking.noEndpoints'
  | 'booking.contradictory'
  | 'booking.badRecurrence'
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
  | 'evidence.unknown'
  | 'evidence.notAccepted'
  | 'database.inUse'
  | 'config.invalid';

/** One thing that is wrong, and where: a path such as `bookings.0.toDate`, or a line of a file. */
export interface RefusalPart {
  readonly where: string;
  readonly message: Sentence | string;
}

/** An expected no. Anything else that is thrown is a bug. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly sentence: Sentence;
  readonly parts: readonly RefusalPart[];

  /** A media editor must understand `sentence`; it may be shown to anybody. The English one is the message. */
  constructor(code: RefusalCode, words: Sentence | string, parts: readonly RefusalPart[] = []) {
    const sentence = typeof words === 'string' ? { en: words, zh: words } : words;
    super(sentence.en);
    this.sentence = sentence;
    this.name = 'Refusal';
    this.code = code;
    this.parts = parts;
  }
}
