import { describe, expect, it } from 'vitest';
import { handClock } from './hand-clock.ts';

describe('browserClock', () => {
  it('rings alarms in their order, each once', () => {
    const { clock, passTo } = handClock();
    const heard: number[] = [];
    for (const ms of [300, 100, 200]) clock.alarm(ms, () => heard.push(clock.monoMs()));
    passTo(1_000);
    expect(heard).toEqual([100, 200, 300]);
  });

  it('rings an alarm that is past at the next chance', () => {
    const { clock, passTo } = handClock();
    passTo(500);
    const heard: number[] = [];
    clock.alarm(100, () => heard.push(clock.monoMs()));
    passTo(500);
    expect(heard).toEqual([500]);
  });

  it('does not ring what was called off, also by an alarm of the same instant', () => {
    const { clock, passTo } = handClock();
    const heard: string[] = [];
    let callOff = () => {};
    clock.alarm(100, () => {
      heard.push('first');
      callOff();
    });
    callOff = clock.alarm(100, () => heard.push('second'));
    passTo(1_000);
    expect(heard).toEqual(['first']);
  });

  it('reaches alarms further ahead than the longest sleep', () => {
    const { clock, passTo } = handClock();
    const heard: number[] = [];
    clock.alarm(10_000_000, () => heard.push(clock.monoMs()));
    passTo(20_000_000);
    expect(heard).toEqual([10_000_000]);
  });

  it('lets an alarm set another one', () => {
    const { clock, passTo } = handClock();
    const heard: number[] = [];
    const again = () => {
      heard.push(clock.monoMs());
      if (heard.length < 3) clock.alarm(clock.monoMs() + 50, again);
    };
    clock.alarm(50, again);
    passTo(1_000);
    expect(heard).toEqual([50, 100, 150]);
  });
});
