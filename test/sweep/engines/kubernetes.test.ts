import { describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { kubernetesManifest } from "../../../src/sweep/engines/kubernetes.js";
import { planOf } from "../fake-sweep.js";

const plan = planOf({ jobs: [1, 2, 3].map((seed) => ({ at: { seed }, seconds: 60, bytes: 2 ** 30 })) });
const options = {
  image: "registry.example/respath:1",
  claim: "sweeps",
  planPath: "it's: a plan.json",
  results: "rates",
};

describe("the manifest of an Indexed Job", () => {
  const job = parse(kubernetesManifest(plan, options));
  const pod = job.spec.template.spec;

  it("has an index for each job, and what the API asks of limits by index", () => {
    expect(job).toMatchObject({ apiVersion: "batch/v1", kind: "Job" });
    expect(job.metadata.name).toMatch(/^respath-[0-9a-f]{8}$/);
    expect(job.spec).toMatchObject({
      ...{ completionMode: "Indexed", completions: 3, parallelism: 3 },
      // These two ask for restartPolicy Never; a failure policy takes no other replacement policy.
      ...{ backoffLimitPerIndex: 3, podReplacementPolicy: "Failed" },
    });
    expect(pod.restartPolicy).toBe("Never");
    expect(job.spec).not.toHaveProperty("backoffLimit");
  });

  it("counts no pod that is moved, and gives an index up for bad input and failed jobs alone", () => {
    const [moved, failed] = job.spec.podFailurePolicy.rules;
    expect(moved).toEqual({
      action: "Ignore",
      onPodConditions: [{ type: "DisruptionTarget", status: "True" }],
    });
    expect(failed.action).toBe("FailIndex");
    expect(failed.onExitCodes).toEqual({
      containerName: pod.containers[0].name,
      operator: "In",
      values: [1, 2],
    });
  });

  it("starts the shard without a shell, on the claimed volume", () => {
    const [container] = pod.containers;
    expect(container.command).toEqual([
      ...["respath", "sweep", "shard", "/sweep/it's: a plan.json", "--of", "3"],
      ...["--out", "/sweep/rates", "--workers", "1", "--break-lock"],
    ]);
    expect(container.resources).toEqual({
      requests: { cpu: "1", memory: "1536Mi" },
      limits: { memory: "1536Mi" },
    });
    expect(container.volumeMounts).toEqual([{ name: "sweep", mountPath: "/sweep" }]);
    expect(pod.volumes).toEqual([{ name: "sweep", persistentVolumeClaim: { claimName: "sweeps" } }]);
    expect(pod.terminationGracePeriodSeconds).toBe(120);
  });

  it("keeps to what was asked for, and is plain YAML", () => {
    const text = kubernetesManifest(plan, {
      ...options,
      most: 2,
      parallel: 1,
      cpus: 4,
      memory: "8Gi",
      name: "rates",
    });
    const { spec, metadata } = parse(text);
    expect(metadata.name).toBe("rates");
    expect(spec).toMatchObject({ completions: 2, parallelism: 1 });
    expect(spec.template.spec.containers[0].resources.requests).toEqual({ cpu: "4", memory: "8Gi" });
    expect(parseDocument(text, { version: "1.1" }).errors).toEqual([]);
    expect(text).not.toMatch(/[&*]a1/);
  });
});
