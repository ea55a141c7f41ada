"""The agent's own metrics that these tests rely on, in one place.

What an alert may rely on is an interface: renaming one of these breaks somebody's rule.
"""

# Ledger: for every container, READ = DELIVERED + FILTERED + LIMITED + LOST + PENDING (one sink).
# Labels: namespace, pod, container; all but READ also sink; LOST also reason.
LOG_READ_BYTES = "martlet_log_ledger_read_bytes_total"
LOG_DELIVERED_BYTES = "martlet_log_ledger_delivered_bytes_total"
LOG_FILTERED_BYTES = "martlet_log_ledger_filtered_bytes_total"
LOG_LIMITED_BYTES = "martlet_log_ledger_limited_bytes_total"
LOG_LOST_BYTES = "martlet_log_ledger_lost_bytes_total"
LOG_PENDING_BYTES = "martlet_log_ledger_pending_bytes"

# Log files held open now, and those that wait because too many are.
LOG_OPEN_FILES = "martlet_log_open_files"
LOG_FILES_LEFT_OUT = "martlet_log_files_left_out"
# 1 while the kernel tells of changes in every folder; and how often it had too many to tell of.
LOG_WATCHING = "martlet_log_watching"
LOG_WATCH_OVERFLOWS = "martlet_log_watch_overflows_total"

# Records sent again because a crash left it unknown whether they had arrived. Label: sink.
LOG_RESENT_RECORDS = "martlet_log_resent_records_total"
# Records a sink refused for good. Labels: sink, reason.
LOG_REJECTED_RECORDS = "martlet_log_rejected_records_total"
# Records cut at the longest allowed length.
LOG_TRUNCATED_RECORDS = "martlet_log_truncated_records_total"
# Lines that are not in the container runtime's format; they are delivered as they are.
LOG_MALFORMED_LINES = "martlet_log_malformed_lines_total"
# Files that could not be opened or read.
LOG_FILE_ERRORS = "martlet_log_file_errors_total"
# Reads of a journal that wait because of entries_per_second. Label: source.
LOG_JOURNAL_HELD_UP = "martlet_log_journal_held_up_total"
# Checkpoints that could not be written.
LOG_CHECKPOINT_ERRORS = "martlet_log_checkpoint_errors_total"

# Records that a step of a rule left out, or could not make sense of. Labels: rule, step, sink.
LOG_RULE_DROPPED = "martlet_log_rule_dropped_records_total"
LOG_RULE_ERRORS = "martlet_log_rule_errors_total"
# Records that a count step counted. Labels: name, sink, and those that the step names.
LOG_MATCHES = "martlet_log_match_total"

# Requests to sinks and those that failed, for logs and metrics alike. Label: sink.
SINK_REQUESTS = "martlet_sink_requests_total"
SINK_REQUEST_FAILURES = "martlet_sink_request_failures_total"

# 1 while the newest configuration is in use, 0 after one was refused.
CONFIG_RELOAD_SUCCESSFUL = "martlet_config_last_reload_successful"

# Prometheus's own names for remote write, which its users' alerts select.
REMOTE_SAMPLES = "prometheus_remote_storage_samples_total"
REMOTE_SAMPLES_FAILED = "prometheus_remote_storage_samples_failed_total"
REMOTE_SAMPLES_RETRIED = "prometheus_remote_storage_samples_retried_total"
