import { openStream } from "../../src/random/index.js";
import { type BackendName, startTensors } from "../../src/tensor/index.js";
import {
  createNetwork,
  type LabelledBatch,
  type Network,
  Optimizer,
  planTraining,
  type TrainPlan,
  type TrainSettings,
} from "../../src/train/index.js";
import { Team } from "../../src/train/team/team.js";

export interface WorkloadOptions
  extends Pick<TrainSettings, "scheme" | "normPosition" | "convBiases" | "dropout"> {
  readonly model: string;
  readonly batch: number;
  readonly imageSize: number;
  readonly threads: number;
}

/** A training step as a user's run takes it (forward, backward, update), on random images, again and again. */
export interface Workload {
  readonly plan: TrainPlan;
  readonly backend: BackendName;
  readonly network: Network;
  readonly input: LabelledBatch;
  readonly step: () => unknown;
  close(): Promise<void>;
}

/** Builds the network on the wasm backend. One thread normalises the whole batch together, as PyTorch does; more take a ghost batch each. */
export async function startWorkload(options: WorkloadOptions): Promise<Workload> {
  const { threads, ...of } = options;
  const { batch, imageSize } = of;
  const settings: TrainSettings = {
    ...of,
    steps: 1,
    ghostBatch: Math.ceil(batch / threads),
    workers: threads,
    learningRate: 0.01,
  };
  const plan = planTraining(settings);
  const { ghostBatch, segment, workers } = plan;
  const backend = await startTensors("wasm");
  const network = createNetwork({ design: plan.design, seed: plan.seed, classes: 10 });
  const trainer =
    workers > 1
      ? await Team.start({ network, plan, classes: 10, backend })
      : new Optimizer(network, { ghostBatch, segment });
  const input = randomBatch(batch, imageSize);
  return {
    plan,
    backend,
    network,
    input,
    step: () => trainer.step(input, 0.01),
    close: async () => {
      if (trainer instanceof Team) await trainer.close();
      network.dispose();
    },
  };
}

function randomBatch(batch: number, side: number) {
  const stream = openStream({ seed: 0, purpose: "bench" });
  return {
    images: Float32Array.from({ length: batch * side * side * 3 }, () => 4 * stream.nextUniform() - 2),
    shape: [batch, side, side, 3] as const,
    labels: Int32Array.from({ length: batch }, (_, index) => index % 10),
  };
}
