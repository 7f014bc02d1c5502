// Loaded before the command line (`node --import`): a clock that is set again and again, by up to three years forward and back.
const DateOf = globalThis.Date;
const YEAR = 365 * 86_400_000;
const now = () => DateOf.now() + Math.round(6 * YEAR * (Math.random() - 0.5));

globalThis.Date = class extends DateOf {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};
