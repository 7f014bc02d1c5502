import type { NamedTensor } from "./safetensors.js";

/**
 * Names without what a wrapper put before all of them: `module.` of DataParallel, `_orig_mod.` of torch.compile, `model.`
 * or `backbone.` of a module that holds the network, and several of these one after the other. Nothing is dropped unless it makes
 * a name that is known.
 */
export function dropPrefix(
  tensors: readonly NamedTensor[],
  known: ReadonlySet<string>,
): { readonly prefix: string; readonly tensors: readonly NamedTensor[] } {
  const isFitting = (prefix: string) => tensors.some(({ name }) => known.has(name.slice(prefix.length)));
  const prefix = ["", ...prefixesOf(tensors)].find(isFitting) ?? "";
  return {
    prefix,
    tensors: tensors.map((tensor) => ({ ...tensor, name: tensor.name.slice(prefix.length) })),
  };
}

/** What all names begin with, up to a point, shortest first: `a.` and `a.b.` of `a.b.c` and `a.b.d.e`. */
function prefixesOf(tensors: readonly NamedTensor[]): string[] {
  const parts = tensors[0]?.name.split(".").slice(0, -1) ?? [];
  return parts
    .map((_, index) => `${parts.slice(0, index + 1).join(".")}.`)
    .filter((prefix) => tensors.every(({ name }) => name.startsWith(prefix)));
}
