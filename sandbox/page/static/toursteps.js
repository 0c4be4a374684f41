// The steps of the tour. `act` does what people do, `at` is what the light falls on while the words stand.

const field = (stage, label) => [...stage.modal.querySelectorAll("label")].find((each) => each.textContent.startsWith(label))?.closest("[data-block]")?.querySelector("input, textarea");
const title = (stage) => stage.modal?.querySelector("h2")?.textContent;

async function submit(stage) {
  const button = await stage.until(() => stage.modal?.querySelector(".modal-foot [type=submit]:not([aria-busy])"));
  button.click();
}

async function closeModal(stage) {
  while (stage.modal) {
    stage.modal.querySelector(".modal-head [aria-label=Close]").click();
    await stage.pause(300);
  }
}

/** Let time go on until the gate opens: reminders may come before the slot does. */
async function moveOn(stage) {
  await stage.opens("time");
  while (!stage.gate) {
    const clock = stage.state("time");
    if (clock.next && !clock.moving && !clock.working) stage.pressIn("Move on to");
    await stage.pause(1200);
  }
}

const approves = (stage) => presses(stage, () => stage.approve);

/** Press a button, and say yes to what follows from it. */
async function presses(stage, look) {
  const button = await stage.until(look);
  button.click();
  const confirm = await stage.until(() => document.querySelector("dialog.confirm .button.primary, dialog.confirm .button.danger"));
  await stage.pause(500);
  confirm.click();
  await stage.until(() => !document.querySelector("dialog.confirm"));
}

export const STEPS = [
  {
    title: "A workspace on your machine",
    words: "Five people of a mobile team share it. You can act as each of them; now you are Ann, the release captain.",
    at: (stage) => stage.people,
    act: (stage) => stage.becomes("ann"),
  },
  {
    title: "One command",
    words: "Ann asks for a release, as she would in Slack.",
    at: (stage) => stage.composer?.closest(".composer"),
    act: (stage) => stage.types(stage.composer, "/release start"),
  },
  {
    title: "Everything is proposed",
    words: "The dates follow the team's rhythm: a slot for the regression tests in a week, the target in two. Ann writes the versions.",
    at: (stage) => stage.modal,
    async act(stage) {
      stage.version = stage.nextVersion();
      stage.composer.form.requestSubmit();
      await stage.until(() => title(stage) === "Start a release");
      await stage.settles();
      for (const label of ["Android version", "iOS version"]) await stage.types(field(stage, label), stage.version);
    },
  },
  {
    title: "The whole plan, before anything happens",
    words: "Each branch, ticket, test run and build that will be made, and who has to approve what.",
    at: (stage) => stage.modal,
    async act(stage) {
      await submit(stage);
      await stage.until(() => title(stage) === "Check the plan");
    },
  },
  {
    title: "One living card",
    words: "It tells where the release stands and is edited in place. The thread under it tells what happened.",
    at: (stage) => stage.card,
    async act(stage) {
      await submit(stage);
      await stage.until(() => stage.card);
      await closeModal(stage);
    },
    async wait(stage) {
      await stage.until(() => stage.card);
      await closeModal(stage);
    },
  },
  {
    title: "The branch is cut",
    words: "Providers are simulated, but git is real. Each provider has a panel: what the app did there, and what people do.",
    at: (stage) => stage.panel,
    async act(stage) {
      await stage.opens("source");
      await stage.until(() => stage.state("source").branches.includes(`release/${stage.version}`));
    },
  },
  {
    title: "A week goes by",
    words: "The clock moves on to what the app waits for next: builds are made, a candidate is tagged, and the gate opens.",
    at: (stage) => stage.panel,
    act: moveOn,
  },
  {
    title: "The gate tells what is in the way",
    words: "Tests are not done and tickets are open. Without facts nothing passes.",
    at: (stage) => stage.gate,
    act: (stage) => stage.until(() => stage.gate),
  },
  {
    title: "The team does its work",
    words: "Testers finish their runs squad by squad, and the tickets are moved to Done.",
    at: (stage) => stage.panel,
    async act(stage) {
      await stage.opens("tickets");
      await stage.until(() => stage.pressIn("All are done"));
      await stage.pause(900);
      await stage.opens("testing");
      await stage.until(() => stage.pressIn("Everything passes"));
      await stage.until(() => stage.approve);
    },
    wait: (stage) => stage.until(() => stage.approve),
  },
  {
    title: "QA approves",
    words: "Now you are Bo. An approval is bound to the evidence that he saw.",
    at: (stage) => stage.decided,
    async act(stage) {
      stage.app.closeSide();
      await stage.becomes("bo");
      await approves(stage);
    },
  },
  {
    title: "Product approves",
    words: "Cleo signs last, and the release goes on by itself: final builds, the tag, the notes.",
    at: (stage) => stage.decided,
    async act(stage) {
      await stage.becomes("cleo");
      await approves(stage);
    },
  },
  {
    title: "Ready for submission",
    words: "The tag stands on the commit that was tested. Each store is asked about by itself: the build, the texts, and what follows from a yes.",
    at: (stage) => stage.question("iOS") ?? stage.card,
    async act(stage) {
      await stage.becomes("ann");
      await stage.until(() => stage.message(stage.version, "Ready for submission"));
      await stage.until(() => stage.yesTo("iOS"));
    },
    wait: (stage) => stage.until(() => stage.yesTo("iOS")),
  },
  {
    title: "Submitted",
    words: "Ann says yes for both. Each store has a card of its own in the thread, and a line on the living card.",
    at: (stage) => stage.card,
    async act(stage) {
      for (const platform of ["iOS", "Android"]) await presses(stage, () => stage.yesTo(platform));
      await stage.until(() => stage.says("App Store", "Waits for review") && stage.says("Play Store", "Waits for review"));
    },
    wait: (stage) => stage.until(() => stage.says("App Store", "Waits for review") && stage.says("Play Store", "Waits for review")),
  },
  {
    title: "The stores review",
    words: "Here you are Apple and Google: approve, reject, let an agreement expire, or change the share behind the app's back.",
    at: (stage) => stage.panel,
    async act(stage) {
      await stage.opens("stores");
      for (const store of ["App Store Connect", "Google Play"]) await stage.until(() => stage.pressIn("Approve", `${stage.version} at ${store}`));
      await stage.until(() => stage.says("App Store", "day 1 of 7") && stage.says("Play Store", "5 %"));
    },
    wait: (stage) => stage.until(() => stage.says("App Store", "day 1 of 7") && stage.says("Play Store", "5 %")),
  },
  {
    title: "One click stops it",
    words: "A crash? Stop Rollout halts every store at once. No hold, question or approval stands in its way, and any editor may: Dan does.",
    at: (stage) => stage.card,
    async act(stage) {
      stage.app.closeSide();
      await stage.becomes("dan");
      await presses(stage, () => stage.stop);
      await stage.until(() => stage.says("App Store", "Paused") && stage.says("Play Store", "Halted"));
    },
    wait: (stage) => stage.until(() => stage.says("App Store", "Paused") && stage.says("Play Store", "Halted")),
  },
  {
    title: "A false alarm",
    words: "Ann lets it go on, by words this time. What can't be taken back is shown before it is done.",
    at: (stage) => stage.answer("Offer to Everybody") ?? stage.card,
    async act(stage) {
      await stage.becomes("ann");
      for (const platform of ["ios", "android"]) await stage.sends(`/release rollout resume ${platform}`);
      await stage.until(() => stage.says("App Store", "Live") && stage.says("Play Store", "Live"));
      await stage.sends("/release rollout complete android");
      await stage.until(() => stage.answer("can't halt a release"));
    },
  },
  {
    title: "Everybody has it",
    words: "From one command to every user. Now it is yours: in the panels, let a build fail, have a review rejected, or take a provider down in the midst of a release.",
    at: (stage) => stage.card,
    async act(stage) {
      await presses(stage, () => stage.everybody("Android"));
      await stage.sends("/release rollout complete ios");
      await presses(stage, () => stage.everybody("iOS"));
      await stage.until(() => stage.message(stage.version, "Completed"));
    },
    wait: (stage) => stage.until(() => stage.message(stage.version, "Completed")),
  },
];
