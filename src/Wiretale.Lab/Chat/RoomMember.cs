namespace Wiretale.Lab.Chat;

/// <summary>A client in the room: what it says is judged here, and what it is to get waits here until its connection takes it.</summary>
public sealed class RoomMember
{
    /// <summary>Bytes that are handed to the connection at once when many messages wait.</summary>
    const int BatchBytes = 1 << 16;

    readonly Room room;
    readonly IRoomPeer peer;
    readonly Queue<ReadOnlyMemory<byte>> waiting = new();
    int waitingBytes, names;
    long sendingSince;
    long lastHeard;
    double allowance;
    bool sending, isCutOff;

    internal RoomMember(Room room, IRoomPeer peer)
    {
        (this.room, this.peer) = (room, peer);
        allowance = room.Limits.Rate;
        lastHeard = room.Clock.GetTimestamp();
    }

    /// <summary>Its name, once it has one.</summary>
    public string? Name { get; internal set; }

    internal string Address => peer.Address;

    /// <summary>Whether what it is to get has not moved for too long.</summary>
    internal bool IsStalled
    {
        get
        {
            lock (waiting)
            {
                return sending && sendingSince != 0 && room.Clock.GetElapsedTime(sendingSince) > room.Limits.Stall;
            }
        }
    }

    /// <summary>Takes a message of this client: the first one is its name.</summary>
    /// <returns>False when it leaves by an empty line, or by trying too many names.</returns>
    public async ValueTask<bool> HearAsync(ChatMessage message, CancellationToken stop)
    {
        await SlowDownAsync(stop);
        if (message.TooLong)
        {
            Remark($"That was longer than {room.Limits.Message} bytes and was not passed on");
            return true;
        }

        string text = message.Text.Trim();
        if (Name is null)
        {
            return TakeName(text);
        }

        if (text.Length == 0)
        {
            return false;
        }

        if (message.Repaired)
        {
            Remark("That was not UTF-8 throughout; what was not was replaced");
        }

        room.Say(this, message.Text);
        return true;
    }

    /// <summary>Tells this client something about itself.</summary>
    public void Remark(string text) => Send(Room.Remark(text));

    bool TakeName(string name)
    {
        if (room.Join(this, name) is not { } objection)
        {
            return true;
        }

        Remark(objection);
        return ++names < room.Limits.Names;
    }

    /// <summary>Whoever says more than the room bears is read more slowly; nobody loses anything by it.</summary>
    async ValueTask SlowDownAsync(CancellationToken stop)
    {
        int rate = room.Limits.Rate;
        long now = room.Clock.GetTimestamp();
        allowance = Math.Min(rate, allowance + (room.Clock.GetElapsedTime(lastHeard, now).TotalSeconds * rate)) - 1;
        lastHeard = now;
        if (allowance < 0)
        {
            await Task.Delay(TimeSpan.FromSeconds(-allowance / rate), room.Clock, stop);
        }
    }

    /// <summary>Puts a message behind those that wait. Never waits itself: the room must not stand still for one of its members.</summary>
    internal void Send(ReadOnlyMemory<byte> message)
    {
        bool overflow;
        lock (waiting)
        {
            if (isCutOff)
            {
                return;
            }

            waiting.Enqueue(message);
            waitingBytes += message.Length;
            overflow = waitingBytes > room.Limits.Waiting;
            if (!overflow)
            {
                if (sending)
                {
                    return;
                }

                sending = true;
            }
        }

        if (overflow)
        {
            // Not on this thread, which holds the room.
            ThreadPool.UnsafeQueueUserWorkItem(static me => me.CutOff("reads more slowly than the room speaks: cut off"), this, preferLocal: false);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static me => _ = me.SendWaitingAsync(), this, preferLocal: false);
        }
    }

    /// <summary>Breaks the connection off; whoever reads from it notices and sees the member off.</summary>
    internal void CutOff(string why)
    {
        lock (waiting)
        {
            if (isCutOff)
            {
                return;
            }

            isCutOff = true;
            waiting.Clear();
        }

        room.Report(this, why);
        peer.Abort();
    }

    async Task SendWaitingAsync()
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        while (TakeWaiting(batch))
        {
            try
            {
                await peer.SendAsync(batch, CancellationToken.None);
            }
            catch (IOException)
            {
                lock (waiting)
                {
                    isCutOff = true;
                    waiting.Clear();
                }

                peer.Abort();
                return;
            }
        }
    }

    bool TakeWaiting(List<ReadOnlyMemory<byte>> batch)
    {
        batch.Clear();
        lock (waiting)
        {
            if (waiting.Count == 0)
            {
                sending = false;
                sendingSince = 0;
                return false;
            }

            int bytes = 0;
            while (bytes < BatchBytes && waiting.TryDequeue(out var message))
            {
                batch.Add(message);
                bytes += message.Length;
            }

            waitingBytes -= bytes;
            sendingSince = room.Clock.GetTimestamp();
            return true;
        }
    }
}
