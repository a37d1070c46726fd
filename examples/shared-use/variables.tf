variable "keep_old_system" {
  description = "利用を終了した旧システムを残すか / whether the system that is no longer used stays"
  type        = bool
  default     = false
}
