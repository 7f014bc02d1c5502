import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../system/remote-error.js";
import { startTensors, tf } from "../../tensor/index.js";
import { setExactConvolutions } from "../../tensor/kernels/index.js";
import { createNetwork } from "../network/network.js";
import { ghostBatches } from "../step/ghost-batches.js";
import { applyGradients } from "../step/gradient-sum.js";
import { GradientVector } from "../step/gradient-vector.js";
import { partOf } from "../step/labelled-batch.js";
import { Replica } from "../step/replica.js";
import { takeState } from "./shared-state.js";
import type { TeamMember, TeamReply, TeamRequest } from "./team-messages.js";

/** A thread of a {@link Team}: a replica of the network that works on the ghost batches it is given. */
async function startMember(member: TeamMember) {
  const { backend, kernels, exact, memory, recipe, slot, segment } = member;
  await startTensors(backend, kernels);
  setExactConvolutions(exact);
  const network = createNetwork(member);
  const replica = new Replica(network, { ...recipe, segment });
  const part = new GradientVector(network, memory.slots[slot]);
  const total = new GradientVector(network, memory.total);
  const outcome = new Float64Array(memory.outcomes, 16 * slot, 2);
  const batch = {
    images: new Float32Array(memory.images),
    shape: [member.batch, member.imageSize, member.imageSize, 3] as const,
    labels: new Int32Array(memory.labels),
  };
  const ghosts = ghostBatches(member.batch, member.ghostBatch);
  return (request: TeamRequest): TeamReply | undefined => {
    if (request.kind === "take") {
      takeState(replica, request.state);
      return undefined;
    }
    if (request.kind === "update") {
      applyGradients(replica, total, request.update);
      total.moveAverages();
      return undefined;
    }
    const { loss, correct, gradients } = replica.gradients(
      partOf({ ...batch, draw: request.draw }, ghosts[request.ghost]),
    );
    part.write(gradients);
    tf.dispose([...gradients]);
    outcome.set([loss, correct]);
    return { kind: "done" };
  };
}

function say(reply: TeamReply): void {
  parentPort!.postMessage(reply);
}

function fail(error: unknown): void {
  say({ kind: "failed", error: describeError(error) });
}

try {
  const answer = await startMember(workerData);
  parentPort!.on("message", (request: TeamRequest) => {
    try {
      const reply = answer(request);
      if (reply) say(reply);
    } catch (error) {
      fail(error);
    }
  });
  say({ kind: "done" });
} catch (error) {
  fail(error);
}
