"""Statistics of counts, on plain numbers: intervals around proportions and percentiles (`proportions`, `percentiles`),
whether a month or a team differs (`spc`, `rare_events`, `funnel`), how long open work takes (`survival`), and recording
lag while late entries are missing (`truncation`, `drift`)."""
