import { mimeBundle } from "./mime-bundle.js";
import { JUPYTER_DISPLAY } from "./show.js";
import { showableOf } from "./showable.js";

/**
 * Makes everything that {@link showableOf} recognises show itself, whether a function of respath returned it, a file held
 * it or it was written by hand: result documents are plain JSON and have no class of their own to carry a method.
 *
 * `Object.prototype` is given one accessor under the notebook's own symbol. It is not enumerable, is undefined for every
 * other value (which the kernel then shows as ever), and can be overridden by assignment as if it were not there.
 */
export function showByItself(): void {
  Object.defineProperty(Object.prototype, JUPYTER_DISPLAY, {
    configurable: true,
    enumerable: false,
    get(this: unknown) {
      const showable = showableOf(this);
      return showable && (() => mimeBundle(showable));
    },
    set(this: object, value: unknown) {
      Object.defineProperty(this, JUPYTER_DISPLAY, {
        value,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    },
  });
}
