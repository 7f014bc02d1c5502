/** The most blocks of a network that is worked out, sampled or planned block by block. */
export const MOST_PLANNED_BLOCKS = 10_000_000;

/** The most weight layers of one branch that is predicted or sampled. */
export const MOST_BRANCH_LAYERS = 64;

/** The most features of a layer: a square matrix of them takes 1 GB. */
export const MOST_FEATURES = 2 ** 14;

/** Side of the images of CIFAR-10 and CIFAR-100, which networks of images have where nothing says otherwise. */
export const CIFAR_SIDE = 32;
