"""What WeChat sends, as values; what we answer, as bytes; and the client for what we start.

The webhook's object is `codec.WebhookCodec`, the outgoing one `client.WechatClient`. The room
knows neither Flask nor SQL nor what a message is about.
"""
