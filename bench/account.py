"""The account that the measurements sign and encrypt for."""

APP_ID = "wxbench0000000001"
TOKEN = "benchtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
ACCOUNT = "gh_bench"
