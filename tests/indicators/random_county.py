"""A small county drawn at random, with everything that real records have: gaps, unknown teams, impossible orders, rows
in quarantine. Rows are under physical column names, by feed."""

from datetime import date, datetime, time, timedelta
from random import Random

LOADED = date(2025, 6, 30)
FIRST = date(2024, 10, 1)
TEAMS = ["t1", "t2", "t3", "unknown", None]
RECORDS = ["protection_visit", "need_visit", "looked_after_visit", "section47_visit", "contact"]
RECORDS += ["case_note", "strategy_discussion", "supervision"]


class County:
    """One draw. `rows[feed]` are good rows, `quarantined[feed]` are not; a tenth of each feed is in quarantine."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.rows: dict[str, list[dict]] = {}
        self.quarantined: dict[str, list[dict]] = {}
        self._people_and_teams()
        self._front_door()
        self._protection()
        self._workforce()
        self._audit()
        self._early_help_and_quality()
        self._concerns()
        self._enquiries()
        self._need_and_care()
        self._calls_nights_and_medicals()

    def day(self, last: date = LOADED) -> date:
        return FIRST + timedelta(days=self.draw.randrange((last - FIRST).days + 10))

    def after(self, day: date, most: int, never: float = 0.2) -> date | None:
        return None if self.draw.random() < never else day + timedelta(days=self.draw.randint(-1, most))

    def flag(self) -> bool | None:
        return self.draw.choice([True, True, True, False, None])

    def moment(self, name: str, day: date | None) -> dict:
        at = None
        if day and self.draw.random() < 0.5:
            at = datetime.combine(day, time(self.draw.randrange(1, 23), self.draw.randrange(60)))
        return {f"{name}_on": day, f"{name}_at": at}

    def put(self, feed: str, rows: list[dict]) -> None:
        self.rows[feed], self.quarantined[feed] = [], []
        for number, row in enumerate(rows):
            if self.draw.random() < 0.1:
                lost = self.draw.choice(list(row))
                self.quarantined[feed].append({**row, lost: None, "row_digest": f"{feed} {number}"})
            else:
                self.rows[feed].append(row)

    def _people_and_teams(self) -> None:
        self.children = [f"c{n}" for n in range(40)]
        codes = ["WBRI", "wbri ", "REFU", "NOBT", "XXXX", None]
        born = [date(2009, 2, 28), date(2020, 2, 29), date(2021, 5, 31), date(2025, 5, 15), None]
        people = [
            {
                "child_id": child,
                "born_on": self.draw.choice(born),
                "expected_on": self.draw.choice([None, date(2025, 6, 10), date(2025, 8, 1)]),
                "died_on": self.draw.choice([None] * 9 + [date(2025, 5, 1)]),
                "ethnicity": self.draw.choice(codes),
                "religion": self.draw.choice(["None", "Sikh", "Not Known", " ", "Refused ", None]),
                "first_language": self.draw.choice(["English", "Urdu", "nobt", "declined", None]),
            }
            for child in self.children[:36]
        ]
        self.put("people", people)
        self.rows["teams"] = [
            {"team_id": "t1", "area_id": "north"},
            {"team_id": "t2", "area_id": "north"},
            {"team_id": "t3", "area_id": None},
        ]

    def _front_door(self) -> None:
        contacts, decisions, referrals, assessments = [], [], [], []
        for n in range(120):
            day = self.day()
            contacts.append({"contact_id": f"k{n}", "child_id": self.draw.choice(self.children)})
            contacts[-1] |= self.moment("contact", day)
            if self.draw.random() < 0.8:
                decisions.append({"contact_id": f"k{n}", "team_id": self.draw.choice(TEAMS)})
                decisions[-1] |= self.moment("received", day) | self.moment("decided", self.after(day, 6))
        for n in range(90):
            day = self.day()
            referral = {"referral_id": f"r{n}", "child_id": self.draw.choice(self.children)}
            referral |= {"is_nfa": self.draw.random() < 0.2, "team_id": self.draw.choice(TEAMS)}
            referrals.append(referral | self.moment("referred", day) | self.moment("closed", self.after(day, 150, 0.5)))
            for _ in range(self.draw.choice([0, 1, 1, 1, 2])):
                begun = self.after(day, 20, 0) or day
                assessment = {"assessment_id": f"a{len(assessments)}", "child_id": referral["child_id"]}
                assessment |= {
                    "referral_id": self.draw.choice([referral["referral_id"]] * 8 + [None, "r999"]),
                    "assessment_type": self.draw.choice(["single"] * 5 + ["initial", "core", None]),
                    "team_id": self.draw.choice(TEAMS),
                    "is_parent_views_recorded": self.flag(),
                    "is_child_views_recorded": self.flag(),
                    "is_identity_considered": self.flag(),
                }
                assessment |= self.moment("started", begun) | self.moment("authorised", self.after(begun, 90))
                assessments.append(assessment)
        self.put("contacts", contacts)
        self.put("contact_decisions", decisions)
        self.put("referrals", referrals)
        self.put("assessments", assessments)
        lists = ['["3B", "4A"]', '["21"]', "[]", "[null]", None]
        factors = [
            {"factors_id": f"f{n}", "assessment_id": f"a{self.draw.randrange(80)}", "factors": self.draw.choice(lists)}
            for n in range(70)
        ]
        self.put("assessment_factors", factors)

    def _protection(self) -> None:
        plans, visits = [], []
        for n in range(15):
            day = self.day()
            plan = {"plan_id": f"p{n}", "child_id": self.draw.choice(self.children), "referral_id": f"r{n}"}
            plans.append(plan | self.moment("started", day) | self.moment("ended", self.after(day, 250, 0.6)))
            for _ in range(self.draw.randrange(20)):
                visits.append({"visit_kind": self.draw.choice(["protection"] * 5 + ["need"])})
                visits[-1] |= {"visit_id": f"v{len(visits)}", "child_id": plan["child_id"], "is_seen": self.flag()}
                visits[-1] |= {"is_seen_alone": self.flag()} | self.moment("visited", self.day())
        self.put("protection_plans", plans)
        self.put("visits", visits)

    def _workforce(self) -> None:
        workers, sessions, absences, involvements = [], [], [], []
        for n in range(16):
            began = self.draw.choice([None, self.day()])
            workers.append({"worker_id": f"w{n}", "has_workforce_row": self.draw.random() < 0.9, "started_on": began})
            workers[-1] |= {
                "left_on": self.draw.choice([None, None, self.after(began, 200) if began else None]),
                "newly_qualified_from_on": self.draw.choice([None, None, began]),
                "registration_id": self.draw.choice([f"sw{n}", f"sw{n}", None]),
                "full_time_equivalency": self.draw.choice([1.0, 0.8, 0.5, 0.1, None]),
                "is_case_holding": self.flag(),
                "team_id": self.draw.choice(TEAMS),
            }
            for _ in range(self.draw.randrange(12)):
                held = self.day()
                session = {"session_id": f"s{len(sessions)}", "worker_id": f"w{n}"}
                session |= {"session_type": self.draw.choice(["personal"] * 6 + ["case"] * 3)}
                session |= {"child_id": self.draw.choice([*self.children, None])}
                session |= {"actions_set": self.draw.choice([0, 1, 3, None])}
                session |= {"is_previous_actions_reviewed": self.flag()}
                session |= {"cancelled_reason": self.draw.choice([None] * 8 + ["sick"])}
                sessions.append(session | self.moment("held", held) | self.moment("recorded", self.after(held, 9)))
            for _ in range(self.draw.randrange(3)):
                away = self.day()
                absences.append({"absence_id": f"x{len(absences)}", "worker_id": f"w{n}", "from_on": away})
                absences[-1] |= {"to_on": self.draw.choice([None, away + timedelta(self.draw.randrange(60))])}
        for n in range(60):
            day = self.day()
            involvement = {"involvement_id": f"i{n}", "worker_id": f"w{self.draw.randrange(18)}"}
            involvement |= {"role": self.draw.choice(["Allocated Case Worker", "Reviewing Officer"])}
            involvement |= {"child_id": self.draw.choice([*self.children, None]), "referral_id": f"r{n}"}
            involvements.append(
                involvement | self.moment("started", day) | self.moment("ended", self.after(day, 200, 0.5))
            )
        self.put("professionals", workers)
        self.put("supervision_sessions", sessions)
        self.put("absences", absences)
        self.put("involvements", involvements)

    def _audit(self) -> None:
        entries = []
        for n in range(240):
            day = self.day()
            entry = {"record_type": self.draw.choice(RECORDS), "record_id": f"e{n}", "worker_id": f"w{n % 5}"}
            entry |= {"occurred_precision": self.draw.choice(["date", "minute", None])}
            entry |= {"entry_channel": self.draw.choice(["manual", None, "automatic", "migration"])}
            entry |= {"team_id": self.draw.choice(TEAMS), "child_id": self.draw.choice(self.children)}
            entry |= {"author_role": self.draw.choice(["Team Manager", "Social Worker", None])}
            entries.append(entry | self.moment("occurred", day) | self.moment("created", self.after(day, 9, 0)))
        for visit in self.rows["visits"]:
            if visit["visit_kind"] == "protection" and visit["visit_id"] and visit["visited_on"]:
                entry = {"record_type": "protection_visit", "record_id": visit["visit_id"], "worker_id": "w1"}
                entry |= {
                    "occurred_on": visit["visited_on"],
                    "entry_channel": self.draw.choice(["manual", "migration"]),
                }
                entries.append(entry | self.moment("created", self.after(visit["visited_on"], 20, 0)))
        self.put("record_audit", entries)
        outages = []
        for n in range(30):
            day = self.day()
            outage = {"outage_id": f"o{n}", "is_planned": self.draw.choice([True, False, None])} | self.moment(
                "started", day
            )
            outages.append(outage | self.moment("ended", self.after(day, 2, 0)))
        self.put("system_outages", outages)

    def _early_help_and_quality(self) -> None:
        episodes, audits, actions = [], [], []
        grades = ["outstanding", "Good", "adequate", "inadequate", "fine", None]
        for n in range(40):
            day, child = self.day(), self.draw.choice(self.children)
            audits.append({"audit_id": f"q{n}", "child_id": child, "auditor_id": f"w{n % 5}", "due_on": day})
            audits[-1] |= {"audited_on": self.after(day, 9), "grade": self.draw.choice(grades)}
            audits[-1] |= {"moderated_grade": self.draw.choice(grades)}
            actions.append({"action_id": f"d{n}", "session_id": f"s{n}", "due_on": day})
            actions[-1] |= {"closed_on": self.after(day, 9)}
            episodes.append({"episode_id": f"h{n}", "child_id": child} | self.moment("started", day))
            episodes[-1] |= {"organisation": self.draw.choice(["School", "Local authority", " ", None])}
        self.put("early_help_episodes", episodes)
        self.put("practice_audits", audits)
        self.put("supervision_actions", actions)

    def _calls_nights_and_medicals(self) -> None:
        calls, handovers, medicals = [], [], []
        self.fill("contact_decisions", urgency=["red", "red", "amber", "green", None])
        for n in range(80):
            day, offered = self.day(), self.draw.choice([None, 0, 3, 40])
            calls.append({"queue": "q", "interval_id": f"{day} {n}", "started_on": day, "offered": offered})
            calls[-1] |= {
                "answered_in_target": self.draw.choice([None, 0, 2, 41]),
                "abandoned": self.draw.choice([0, 1]),
            }
            handovers.append({"handover_id": f"x{n}", "contact_id": self.draw.choice([f"k{n}", None])})
            handovers[-1] |= self.moment("received", day) | self.moment("first_action", self.after(day, 1))
            handovers[-1] |= self.moment("recorded", self.after(day, 3))
            medicals.append({"medical_id": f"y{n}", "child_id": self.draw.choice(self.children)})
            medicals[-1] |= {"urgency": self.draw.choice(["urgent", "urgent", "routine", None])}
            medicals[-1] |= self.moment("requested", day) | self.moment("examined", self.after(day, 14))
        self.put("call_intervals", calls)
        self.put("emergency_handovers", handovers)
        self.put("medicals", medicals)

    def fill(self, feed: str, **columns: list) -> None:
        """Further columns of rows that are there, good or not, drawn from these values."""
        for row in [*self.rows[feed], *self.quarantined[feed]]:
            row |= {name: self.draw.choice(values) for name, values in columns.items()}

    def _concerns(self) -> None:
        self.fill("contacts", source_code=["6", "6", "2B", None])
        decisions = ["strategy discussion", "Strategy discussion ", "referral", None]
        self.fill("contact_decisions", decision=decisions, is_protection_concern=[True, True, False, None])
        self.fill("professionals", registration_id=["g1", "g2", None])
        self.fill("assessments", is_nfa=[True, False, None], is_child_seen=[True, True, False, None])
        for assessment in [*self.rows["assessments"], *self.quarantined["assessments"]]:
            assessment["child_seen_on"] = self.after(assessment.get("started_on") or self.day(), 12)
        notifications = []
        for n in range(40):
            day = self.day()
            notifications.append({"notification_id": f"n{n}", "contact_id": self.draw.choice([f"k{n}", None, "k999"])})
            notifications[-1] |= {"is_domestic_abuse": self.flag()}
            notifications[-1] |= self.moment("incident", day) | self.moment("received", self.after(day, 5))
        self.put("police_notifications", notifications)

    def _enquiries(self) -> None:
        discussions, enquiries, conferences, reviews = [], [], [], []
        for n in range(60):
            day, child = self.day(), self.draw.choice(self.children)
            discussion = {"discussion_id": f"d{n}", "child_id": child, "enquiry_id": f"e{n}"}
            discussion |= {"agencies": self.draw.choice(["police;health", "Health; Police;education", "police", None])}
            discussions.append(discussion | self.moment("held", day))
            enquiry = {"enquiry_id": f"e{n}", "child_id": child, "referral_id": self.draw.choice([f"r{n}", None])}
            enquiry |= {"is_nfa": self.draw.choice([True, False, None]), "team_id": self.draw.choice(TEAMS)}
            enquiry |= {"worker_id": f"w{self.draw.randrange(18)}"} | self.moment("ended", self.after(day, 20))
            enquiries.append(enquiry | self.moment("started", day))
            for _ in range(self.draw.choice([0, 1, 1, 2])):
                conference = {"conference_id": f"f{len(conferences)}", "child_id": child}
                conference |= {"enquiry_id": self.draw.choice([f"e{n}"] * 6 + [None, "e999"])}
                conference |= {"is_transfer_in": self.draw.choice([False, None, None, True])}
                conference |= {"team_id": self.draw.choice(TEAMS)}
                conferences.append(conference | self.moment("held", self.after(day, 40)))
        for n, plan in enumerate(self.rows["protection_plans"]):
            for number in range(self.draw.randrange(4)):
                review = {"review_id": f"v{n} {number}", "child_id": plan.get("child_id")}
                review |= {"plan_id": self.draw.choice([plan.get("plan_id"), None])}
                reviews.append(review | self.moment("held", self.draw.choice([self.day(), self.day(), None])))
        self.put("strategy_discussions", discussions)
        self.put("section47_enquiries", enquiries)
        self.put("conferences", conferences)
        self.put("plan_reviews", reviews)

    def _need_and_care(self) -> None:
        plans, episodes = [], []
        for n in range(25):
            day = self.day()
            plan = {"plan_id": f"p{n}", "child_id": self.draw.choice(self.children), "team_id": self.draw.choice(TEAMS)}
            plan |= {"referral_id": self.draw.choice([f"r{n}", None])} | self.moment("started", day)
            plans.append(plan | self.moment("ended", self.after(day, 200, 0.6)))
            day = self.day() - timedelta(days=self.draw.choice([0, 0, 360]))
            episode = {"episode_id": f"p{n}", "child_id": self.draw.choice(self.children), "referral_id": f"r{n}"}
            episodes.append(episode | self.moment("started", day) | self.moment("ended", self.after(day, 400, 0.6)))
        visits = []
        for n in range(300):
            visit = {"visit_kind": self.draw.choice(["need", "looked_after"]), "visit_id": f"u{n}"}
            visit |= {"child_id": self.draw.choice(self.children), "is_seen": self.flag()}
            visits.append(visit | self.moment("visited", self.day()))
        good, bad = self.rows["visits"], self.quarantined["visits"]
        self.put("visits", visits)
        self.rows["visits"], self.quarantined["visits"] = good + self.rows["visits"], bad + self.quarantined["visits"]
        self.put("need_plans", plans)
        self.put("looked_after_episodes", episodes)
