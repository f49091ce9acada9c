using Wiretale.Wire;

namespace Wiretale.Lab.Transport;

/// <summary>A server's connection: takes the question, sends the answer.</summary>
/// <param name="ready">Called from another thread when the file is open.</param>
sealed class FileSending(BulkConnection connection, SharedFiles files, Action ready, Action<string, Tone> say) : IDisposable
{
    readonly byte[] request = new byte[FileRequest.Longest + 1];
    readonly CancellationTokenSource stop = new();
    int asked;
    Task<(FileAnswer Answer, Stream? Content)>? opening;
    Stream? content;
    byte[]? answer;
    int answered;
    long left;
    bool isFinished;
    string name = "";

    /// <summary>Its connection.</summary>
    public BulkConnection Connection => connection;

    /// <summary>Goes on as far as it can.</summary>
    /// <param name="piece">Room to work in.</param>
    /// <returns>Whether there is something to send.</returns>
    public bool Pump(byte[] piece, TimeSpan now)
    {
        if (opening is null)
        {
            Listen();
            return false;
        }

        return opening.IsCompletedSuccessfully && !connection.IsDelivered && Send(piece, now);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        content?.Dispose();
        if (content is null && opening is not null)
        {
            _ = opening.ContinueWith(done => done.Result.Content?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    void Listen()
    {
        asked += connection.Read(request.AsSpan(asked));
        if (asked == request.Length || connection.IsEnd)
        {
            var question = FileRequest.Read(request.AsSpan(0, asked));
            name = PlainText.Visible(question?.Name ?? "");
            connection.Use(question?.Congestion);
            opening = question is null ? Task.FromResult<(FileAnswer, Stream?)>((FileAnswer.Error(BulkFileStatus.BadRequest, "that is no request for a file"), null)) : files.OpenAsync(question, stop.Token);
            _ = opening.ContinueWith(_ => ready(), CancellationToken.None, TaskContinuationOptions.NotOnCanceled, TaskScheduler.Default);
        }
    }

    bool Send(byte[] piece, TimeSpan now)
    {
        if (answer is null)
        {
            var (head, stream) = opening!.Result;
            (answer, content, left) = (head.ToBytes(), stream, head.Size - head.Offset);
            say(stream is null ? $"{name}: {head.Reason}" : $"{name}: {left} of {head.Size} bytes", stream is null ? Tone.Bad : Tone.Plain);
        }

        bool any = false;
        if (answered < answer.Length)
        {
            answered += connection.Write(answer.AsSpan(answered));
            any = true;
        }

        while (left > 0 && answered == answer.Length && connection.Room is > 0 and var room)
        {
            int got;
            try
            {
                got = content!.Read(piece, 0, (int)Math.Min(Math.Min(piece.Length, room), left));
            }
            catch (IOException)
            {
                got = 0;
            }

            if (got == 0)
            {
                // It has become shorter, or its disk is gone; what is missing cannot be made up.
                connection.Close(BulkCode.InternalError, "the file cannot be read any further", now);
                return true;
            }

            connection.Write(piece.AsSpan(0, got));
            left -= got;
            any = true;
        }

        if (left == 0 && answered == answer.Length && !isFinished)
        {
            connection.Finish();
            isFinished = any = true;
        }

        return any;
    }
}
