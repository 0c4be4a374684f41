"""A Jenkins server to rehearse against."""

from sandbox.jenkins.access import API_TOKEN, PASSWORD, READER_TOKEN, USER
from sandbox.jenkins.simulator import JenkinsSimulator
from sandbox.jenkins.world import Definition, Job, Plan

__all__ = ["API_TOKEN", "PASSWORD", "READER_TOKEN", "USER", "Definition", "JenkinsSimulator", "Job", "Plan"]
