import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { putRow } from "../../../src/sandbox/salesforce/create-org.ts";
import { type Conformance, codeOf, composite, part, sendComposite, startConformance } from "./conformance-world.ts";

let world: Conformance;
let input: Record<string, unknown>;
beforeEach(async () => {
  world = await startConformance();
  input = {
    customNotifTypeId: putRow(world.org, "CustomNotificationType", { DeveloperName: "Lead_Assigned" }),
    recipientIds: [world.reps[0]],
    title: "New MQL: Acme",
    body: "Call within 15 min.",
    targetId: world.aLead(),
  };
});
afterEach(() => world.stop());

const path = "/actions/standard/customNotificationAction";
const send = (...inputs: Record<string, unknown>[]) => world.call("POST", path, { body: { inputs } });
const rungFor = () => world.org.notifications.map(({ recipientId }) => recipientId);

describe("a custom notification", () => {
  test("§8 Actions: is 200 with the service's own success", async () => {
    const id = (await world.conn.query("SELECT Id FROM CustomNotificationType WHERE DeveloperName='Lead_Assigned'"))
      .records[0]?.Id;
    expect(await world.conn.requestPost(path, { inputs: [{ ...input, customNotifTypeId: id }] })).toEqual([
      {
        ...{ actionName: "customNotificationAction", errors: null, isSuccess: true },
        outputValues: { SuccessMessage: "Your custom notification is processed successfully." },
      },
    ]);
    expect(world.org.notifications).toEqual([
      {
        ...{ at: world.org.clock.now(), typeId: id, recipientId: world.reps[0], targetId: input.targetId },
        ...{ title: "New MQL: Acme", body: "Call within 15 min." },
      },
    ]);
  });

  test("§8 Actions: several inputs have each a result; 400 when one failed, and the others are sent", async () => {
    const answer = await send(input, { ...input, title: "" }, { ...input, recipientIds: [world.reps[1]] });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject([
      { isSuccess: true, errors: null },
      { isSuccess: false, errors: [{ statusCode: expect.any(String), message: expect.stringContaining("title") }] },
      { isSuccess: true, errors: null },
    ]);
    expect(rungFor()).toEqual(world.reps);
  });

  test("§8 Actions: without the permission it is refused", async () => {
    world.org.permit(world.userId, { sendCustomNotifications: false });
    expect(await send(input)).toMatchObject({
      ...{ status: 400, body: [{ isSuccess: false, errors: [{ statusCode: "INSUFFICIENT_ACCESS" }] }] },
    });
    expect(rungFor()).toEqual([]);
  });

  test.each<[string, (world: Conformance) => Record<string, unknown>, string]>([
    ["500 recipients", ({ reps }) => ({ recipientIds: Array(500).fill(reps[0]) }), "taken"],
    ["501 recipients", ({ reps }) => ({ recipientIds: Array(501).fill(reps[0]) }), "LIMIT_EXCEEDED"],
    ["no recipients", () => ({ recipientIds: [] }), "REQUIRED_FIELD_MISSING"],
    ["no target", () => ({ targetId: undefined }), "REQUIRED_FIELD_MISSING"],
    ["a page as target", () => ({ targetId: undefined, targetPageRef: "{}" }), "taken"],
    ["the id that stands for no target", () => ({ targetId: "000000000000000AAA" }), "taken"],
    ["a type that is not there", () => ({ customNotifTypeId: "0ML000000000ZZZ" }), "INVALID_CROSS_REFERENCE_KEY"],
    ["a title of 250", () => ({ title: "x".repeat(250) }), "taken"],
    ["a title of 251", () => ({ title: "x".repeat(251) }), "STRING_TOO_LONG"],
    ["a body of 751", () => ({ body: "x".repeat(751) }), "STRING_TOO_LONG"],
  ])("§8 Actions: %s", async (_, changed, code) => {
    const { status, body } = await send({ ...input, ...changed(world) });
    const [{ errors }] = body as [{ errors: { statusCode: string }[] | null }];
    expect([status, errors?.[0]?.statusCode ?? "taken"]).toEqual([code === "taken" ? 200 : 400, code]);
  });

  test("§4.7 an org takes 10,000 an hour", async () => {
    world.org.bells.spend(9_999);
    const answer = await send(input, input);
    expect([answer.status, rungFor()]).toEqual([400, [world.reps[0]]]);
    expect(answer.body).toMatchObject([{ isSuccess: true }, { errors: [{ statusCode: "LIMIT_EXCEEDED" }] }]);

    world.org.clock.advance(61 * 60_000);
    expect((await send(input)).status).toBe(200);
  });

  test("§4.7 queues, groups in them and account teams are their members; who left is passed over", async () => {
    const { org, queueId, reps } = world;
    org.setFeature("account-teams", true);
    const account = putRow(org, "Account", { Name: "Acme" });
    const gone = putRow(org, "User", { IsActive: false });
    const group = putRow(org, "Group", { Name: "Night", Type: "Regular" });
    putRow(org, "GroupMember", { GroupId: queueId, UserOrGroupId: group });
    putRow(org, "GroupMember", { GroupId: group, UserOrGroupId: queueId });
    putRow(org, "GroupMember", { GroupId: group, UserOrGroupId: reps[0] });
    putRow(org, "GroupMember", { GroupId: group, UserOrGroupId: gone });
    putRow(org, "AccountTeamMember", { AccountId: account, UserId: reps[1] });
    await send({ ...input, recipientIds: [queueId.slice(0, 15), account, reps[0], gone] });
    expect(rungFor()).toEqual(reps);
  });

  test("§8 Actions: one in a composite that is taken back rings for nobody", async () => {
    const answers = (allOrNone: boolean) =>
      sendComposite(
        world.conn,
        composite(
          { bell: part("POST", path, { inputs: [input] }), bad: part("POST", "/sobjects/Lead", {}) },
          allOrNone,
        ),
      );
    await answers(true);
    expect(rungFor()).toEqual([]);
    await answers(false);
    expect(rungFor()).toEqual([world.reps[0]]);
  });
});

describe("Chatter", () => {
  const element = (messageSegments: unknown[], subjectId = String(input.targetId)) => ({
    ...{ feedElementType: "FeedItem", subjectId, body: { messageSegments } },
  });
  const post = (body: object) => Promise.resolve(world.conn.chatter.resource("/feed-elements").create(body));
  const mention = () => ({ type: "Mention", id: world.reps[0] });

  test("§8 Actions: a feed element is a post with its mentions, as jsforce makes it", async () => {
    await post(element([{ type: "Text", text: "Routed to " }, mention()]));
    expect(world.org.feed).toMatchObject([
      { userId: world.userId, subjectId: input.targetId, text: `Routed to @${world.reps[0]}` },
    ]);
  });

  test("§8 Actions: 25 mentions are taken, 26 are not, and about nothing there is no post", async () => {
    expect(await codeOf(post(element(Array.from({ length: 25 }, mention))))).toBe("taken");
    expect(await codeOf(post(element(Array.from({ length: 26 }, mention))))).toBe("INVALID_INPUT");
    expect(await codeOf(post(element([mention()], "00Q000000000ZZZ")))).toBe("NOT_FOUND");
    expect(world.org.feed).toHaveLength(1);
  });
});
